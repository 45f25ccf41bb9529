//! Double coding: samples and how far each coder is; the next unit, word for word and without what anybody made of it; and what
//! coders agree on, once all have finished. Until then nobody is shown an answer but their own.

use std::collections::BTreeMap;

use maud::{Markup, html};
use witnessmark_archive::Archive;
use witnessmark_archive::pack::sha256;
use witnessmark_desk::case::Case;
use witnessmark_desk::coding::{self, Outcome, Plan, Sample, Variable};
use witnessmark_desk::report::Tongue;
use witnessmark_model::vocabulary::label;
use witnessmark_model::{ClaimRef, EntryRef, MemberKey};

use crate::app::Room;
use crate::ask::{Ask, Form};
use crate::error::{Oops, Result};
use crate::parts::{context, done, entry, in_context, ltr, member, number, own, said, token};
use crate::shell::Page;

/// Units that are told on which coders differ.
const DIFFERENCES: usize = 100;

/// Draws the list of samples.
pub(crate) fn list(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let title = t.say("Double coding", "الترميز المزدوج");
    let samples = coding::samples(room.archive);
    let body = html! {
        h1 { (title) }
        (done(ask))
        p.lead {
            (t.say(
                "Two or more members code the same claims without seeing each other's answers. What they agree on says how alike the words are understood, not that they are right.",
                "يرمّز عضوان أو أكثر الأقوال نفسها دون أن يرى أحدهم إجابات الآخر. ومدى اتفاقهم يدل على تشابه فهم الكلام لا على صوابه.",
            ))
        }
        @if samples.is_empty() { p.muted { (t.say("No sample has been drawn.", "لم تُسحب عيّنة.")) } }
        @for sample in &samples { (card(room, sample, t)) }
        (draw_form(room, ask))
    };
    Ok(Page::new(title, body))
}

fn card(room: &Room<'_>, sample: &Sample<'_>, t: Tongue) -> Markup {
    let units = sample.sampled.units.len();
    html! {
        article.card {
            h2 { a href=(format!("/coding/{}", sample.entry.at.index)) { @match sample.sampled.title.get() { Some(title) => (own(title)), None => (ltr(format!("#{}", sample.entry.at.index))) } } }
            p.fine { (number(units)) " " (t.say("of", "من")) " " (number(sample.sampled.of as usize)) " · " (t.say("seed ", "البذرة ")) (own(&sample.sampled.seed)) " " (entry(sample.entry.at)) }
            ul.plain { @for coder in &sample.sampled.coders { li { (member(room, *coder)) " " (ltr(format!("{} / {units}", sample.done_by(*coder)))) } } }
        }
    }
}

/// Draws one sample: the next unit for who is at work here, or what came of it.
pub(crate) fn page(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let at = room.archive.at(ask.id.parse().map_err(|_| Oops::NoSuch)?);
    let sample = coding::sample(room.archive, at).map_err(|_| Oops::NoSuch)?;
    let title = sample.sampled.title.get().cloned().unwrap_or_else(|| t.say("Sample", "عيّنة").to_owned());
    let body = html! {
        p.crumbs { a href="/coding" { (t.say("Double coding", "الترميز المزدوج")) } }
        h1 { (own(&title)) }
        (done(ask))
        @match sample.outcomes() {
            Some(outcomes) => (self::outcomes(room, &sample, &outcomes, t)),
            None => {
                (card(room, &sample, t))
                @match sample.next_for(room.member()).filter(|_| sample.sampled.coders.contains(&room.member())) {
                    Some(unit) => (unit_form(room, &sample, unit, ask)),
                    None => p { (t.say("Nothing waits for you here. What coders answered is shown when all have finished.", "لا شيء ينتظرك هنا. وتُعرض إجابات المرمّزين حين يفرغ الجميع.")) },
                }
            },
        }
    };
    Ok(Page::new(title, body))
}

fn unit_form(room: &Room<'_>, sample: &Sample<'_>, unit: ClaimRef, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let words = coding::words_of(room.archive, unit);
    let around = words.as_ref().and_then(|(item, _, span)| {
        let text = &room.case.items.get(item)?.text.as_ref()?.1;
        context(text, (*span)?)
    });
    html! {
        section aria-labelledby="unit" {
            h2 #unit { (t.say("Next unit", "الوحدة التالية")) " " span.count { (ltr(format!("{} / {}", sample.done_by(room.member()) + 1, sample.sampled.units.len()))) } }
            @match (&around, &words) {
                (Some(parts), _) => (in_context(parts)),
                (None, Some((_, quote, _))) => blockquote { (said(quote, t)) },
                (None, None) => p.muted { (t.say("cannot be read: sealed or erased", "لا يمكن قراءته: محجوب أو مُتلَف")) },
            }
            form method="post" action=(format!("/coding/{}", ask.id)) {
                (token(ask))
                input type="hidden" name="unit" value=(unit);
                div.grid { @for (n, variable) in sample.variables.iter().enumerate() {
                    div.field {
                        label for=(format!("v-{n}")) { (own(variable.name.replace('_', " "))) }
                        select id=(format!("v-{n}")) name=(format!("v-{}", variable.name)) {
                            option value="" { (t.say("cannot tell (left out)", "لا يمكن الجزم (يُترك)")) }
                            @for value in &variable.values { option value=(value) { (label(value, t.code()).replace('_', " ")) } }
                        }
                    }
                } }
                button type="submit" { (t.say("Sign, and go on", "وقّع وتابع")) }
            }
        }
    }
}

fn outcomes(room: &Room<'_>, sample: &Sample<'_>, outcomes: &[Outcome], t: Tongue) -> Markup {
    let number_of = |x: Option<f64>| x.map_or_else(|| "–".to_owned(), |x| format!("{x:.3}"));
    html! {
        p { (t.say("All have finished: ", "فرغ الجميع: ")) (number(sample.sampled.units.len())) " " (t.say("units of ", "وحدة من ")) (number(sample.sampled.of as usize)) ", " (t.say("coded by ", "رمّزها ")) @for (i, coder) in sample.sampled.coders.iter().enumerate() { @if i > 0 { (t.say(", ", "، ")) } (member(room, *coder)) } " · " (t.say("seed ", "البذرة ")) (own(&sample.sampled.seed)) " " (entry(sample.entry.at)) }
        div.table role="region" tabindex="0" aria-label=(t.say("Agreement", "الاتفاق")) { table {
            thead { tr { @for (en, ar) in [("variable", "المتغير"), ("scale", "السلّم"), ("units", "الوحدات"), ("same answer", "إجابة واحدة"), ("Krippendorff's alpha", "ألفا كريبندورف"), ("95 %", "95 %"), ("Cohen's kappa", "كابا كوهين"), ("weighted", "الموزونة"), ("differ", "تختلف")] { th scope="col" { (t.say(en, ar)) } } } }
            tbody { @for outcome in outcomes {
                @let found = outcome.agreement;
                tr {
                    td { (own(outcome.variable.name.replace('_', " "))) } td { (t.say(outcome.variable.scale.as_str(), if outcome.variable.scale.as_str() == "ordinal" { "ترتيبي" } else { "اسمي" })) }
                    td.number { (ltr(found.map_or_else(|| "–".into(), |a| a.units.to_string()))) }
                    td.number { (ltr(number_of(found.map(|a| a.observed)))) }
                    td.number { (ltr(number_of(found.and_then(|a| a.alpha)))) }
                    td.number { (ltr(found.and_then(|a| a.alpha_interval).map_or_else(|| "–".into(), |(low, high)| format!("{low:.2}–{high:.2}")))) }
                    td.number { (ltr(number_of(found.and_then(|a| a.kappa)))) }
                    td.number { (ltr(number_of(found.and_then(|a| a.kappa_weighted)))) }
                    td.number { (number(outcome.differ.len())) }
                }
            } }
        } }
        p.fine { (t.say("–: not defined, as where all answers are the same. Agreement is not truth: two can agree and both be wrong.", "–: غير معرَّف، كما لو كانت الإجابات كلها واحدة. والاتفاق ليس صواباً: قد يتفق اثنان وكلاهما مخطئ.")) }
        @for outcome in outcomes { @if !outcome.differ.is_empty() {
            details { summary { (t.say("Where they differ: ", "مواضع الاختلاف: ")) (own(outcome.variable.name.replace('_', " "))) " " (number(outcome.differ.len())) }
                ul { @for (unit, answers) in outcome.differ.iter().take(DIFFERENCES) {
                    li { @if let Some((_, quote, _)) = coding::words_of(room.archive, *unit) { (said(&quote, t)) } " — "
                        @for (i, (coder, answer)) in answers.iter().enumerate() { @if i > 0 { (t.say("; ", "؛ ")) } (member(room, *coder)) ": " @match answer { Some(word) => (own(label(word, t.code()).replace('_', " "))), None => (t.say("left out", "تُرك")) } }
                    }
                } }
            }
        } }
    }
}

fn draw_form(room: &Room<'_>, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let members = room.archive.world().members();
    let here: Vec<_> = members.iter().filter(|(_, m)| !m.revoked).collect();
    html! {
        section aria-labelledby="draw" {
            h2 #draw { (t.say("Draw a sample", "اسحب عيّنة")) }
            @if here.len() < 2 { p.muted { (t.say("It takes two members, and there is one.", "يلزم عضوان، ولا يوجد إلا واحد.")) } }
            @else {
                form method="post" action="/coding" {
                    (token(ask))
                    div.grid {
                        div.field { label for="d-title" { (t.say("Title", "العنوان")) } input #d-title name="title" dir="auto" maxlength="200" required; }
                        div.field { label for="d-size" { (t.say("How many claims", "عدد الأقوال")) } input #d-size type="number" name="size" min="1" max="5000" value="50" dir="ltr" required; }
                        div.field { label for="d-seed" { (t.say("Seed (whoever has it draws the same)", "البذرة (من لديه إياها يسحب العيّنة نفسها)")) } input #d-seed name="seed" dir="auto" maxlength="200" required; }
                        div.field { label for="d-kind" { (t.say("Claims of", "أقوال عن")) } select #d-kind name="predicate" { @for kind in ["attack", "denial", "casualties", "legal", "pledge"] { option value=(kind) { (crate::words::kind(kind, t)) } } } }
                        div.field { label for="d-own" { (t.say("Variables of your own (may be left out): NAME=a|b or NAME~low|high", "متغيرات من عندك (اختياري): NAME=a|b أو NAME~low|high")) } input #d-own name="own" dir="ltr" maxlength="2000"; }
                    }
                    fieldset.picks { legend { (t.say("What is coded", "ما يُرمَّز")) } @for name in ["act", "target", "weapon", "polarity", "scope", "first_hand"] { span.pick-one { input type="checkbox" name="variable" value=(name) id=(format!("d-{name}")); label for=(format!("d-{name}")) { (crate::words::field(name, t)) } } } }
                    fieldset.picks { legend { (t.say("Coders", "المرمّزون")) } @for (key, known) in &here { span.pick-one { input type="checkbox" name="coder" value=(key) id=(format!("d-{key}")); label for=(format!("d-{key}")) { (own(&known.name)) } } } }
                    button type="submit" { (t.say("Draw it", "اسحبها")) }
                }
            }
        }
    }
}

/// Draws a sample.
pub(crate) fn draw(archive: &mut Archive, who: MemberKey, case: &Case, _: &Ask, form: &Form) -> Result<String> {
    let own = form.get("own").split_whitespace().map(str::to_owned);
    let names: Vec<String> = form.all("variable").map(str::to_owned).chain(own).collect();
    let variables = names.iter().map(|name| Variable::parse(name)).collect::<std::result::Result<Vec<_>, _>>()?;
    let coders = form.all("coder").filter_map(|key| key.parse().ok()).collect();
    let size = form.get("size").parse().map_err(|_| Oops::Wrong("Say how many.", "اذكر العدد."))?;
    let plan = Plan {
        title: form.get("title"),
        predicate: form.get("predicate"),
        size,
        seed: form.get("seed"),
        variables,
        coders,
    };
    let at = coding::draw(archive, who, case, &plan)?;
    Ok(format!("/coding/{0}?done={0}", at.index))
}

/// Records answers about one unit, and goes on to the next.
pub(crate) fn code(archive: &mut Archive, who: MemberKey, case: &Case, ask: &Ask, form: &Form) -> Result<String> {
    let at: EntryRef = archive.at(ask.id.parse().map_err(|_| Oops::NoSuch)?);
    let unit = witnessmark_desk::propositions::claim_of(form.get("unit")).ok_or(Oops::NoSuch)?;
    let variables = coding::sample(archive, at)?.variables;
    let given = |v: &Variable| Some((v.name.clone(), form.given(&format!("v-{}", v.name))?));
    let answers: BTreeMap<String, String> = variables.iter().filter_map(given).collect();
    let words = coding::words_of(archive, unit);
    let seen = words.map(|(item, quote, span)| {
        let text = case.items.get(&item).and_then(|i| i.text.as_ref()).map(|(_, text)| text);
        let around = text.and_then(|text| context(text, span?));
        around.map_or(quote, |(before, marked, after)| format!("{before}[{marked}]{after}"))
    });
    let shown = seen.map(|text| sha256(text.as_bytes()));
    let done = coding::code(archive, who, at, unit, &answers, shown)?;
    Ok(format!("/coding/{}?done={}", ask.id, done.index))
}
