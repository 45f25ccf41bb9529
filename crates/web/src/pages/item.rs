//! One item: how it came, as told and as recorded; what machines read of it; its text with the claims marked in it; what it
//! shares with others. No byte of it is sent as it came: a picture is drawn anew, gray and blurred until somebody asks again.

use std::collections::BTreeMap;

use maud::{Markup, html};
use serde_json::{Map, Value};
use witnessmark_archive::Archive;
use witnessmark_desk::case::Case;
use witnessmark_desk::decide;
use witnessmark_desk::facts::{Item, faults};
use witnessmark_desk::report::Tongue;
use witnessmark_desk::stills::is_picture;
use witnessmark_model::entry::{Body, Decision};
use witnessmark_model::{ClaimRef, EntryRef, ItemId, MemberKey, RowRef};
use witnessmark_report::document::tame;

use crate::app::Room;
use crate::ask::{Ask, Form};
use crate::error::{Oops, Result};
use crate::pages::{hold, look, signed};
use crate::parts::{
    claim, claim_cite, done, entry, incident_link, interval_words, item_cited, ltr, member, notice, number, own, plain,
    row_link, said, time, token,
};
use crate::shell::Page;
use crate::words;

/// Characters of a text that are shown; more would stall a browser.
const TEXT: usize = 120_000;
/// Readings of one kind that are shown.
const READINGS: usize = 60;
/// Neighbours that are shown.
const NEIGHBOURS: usize = 40;
/// Kinds of rows that are told elsewhere: in the text, as claims, or as mentions inside them.
const TOLD: &[&str] = &[
    "text",
    "mention",
    "place",
    "time",
    "attribution",
    "evidence",
    "problem",
    "incident",
    "picture_match",
    "picture_points",
    "picture_pair",
    "picture_cluster",
    "film_match",
    "film_frames",
    "sound_match",
    "sound_bangs",
    "sound_marks",
    "reuse",
    "origin_edge",
    "circle",
    "hint",
    "undecided",
    "manifest",
];

/// Fields of a reading that say nothing to a reader; the turned hashes follow from the first.
const UNTOLD: &[&str] = &["kind", "item", "doc", "dihedral"];

/// A row that an analyzer left, and where it lies.
type Reading = (RowRef, Map<String, Value>);

/// Draws it.
pub(crate) fn page(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let id: ItemId = ask.id.parse().map_err(|_| Oops::NoSuch)?;
    let item = room.case.items.get(&id).ok_or(Oops::NoSuch)?;
    let title = item.label();
    let body = html! {
        p.crumbs { a href="/items" { (t.say("Items", "المواد")) } }
        h1 { (own(&title)) }
        (done(ask))
        (warnings(item, t))
        (hold::standing(room, item, ask))
        (came(room, item, t))
        (vouched(item, t))
        (signed::section(room, item, t)?)
        (picture(item, t))
        (claims(room, item, t))
        @if item.account.is_some() { (super::account::answers_of(room, id, t)?) }
        (text(room, item, t))
        (neighbours(room, item, t))
        (readings(room, item, t)?)
        (custody(room, item, t))
        (withdrawing(room, item, ask))
        (hold::form(room, item, ask))
    };
    Ok(Page::new(title, body))
}

fn warnings(item: &Item, t: Tongue) -> Markup {
    html! {
        @if let Some(at) = item.withdrawn {
            (notice("alert", &html! { p { strong { (t.say("No longer relied on: ", "لم يعد يُعتمد عليها: ")) } (t.say("withdrawn by entry ", "سُحبت بالقيد ")) (entry(at)) } }))
        }
        @if item.subject.is_some() {
            (notice("sealed", &html! { p { strong { (t.say("Sealed. ", "محجوب مشفّر. ")) } (t.say("It lies under the key of a person whom it could harm; what you see is opened for this screen only.", "تحت مفتاح شخص قد تضره؛ وما تراه يُفتح لهذه الشاشة وحدها.")) } }))
        }
        @if !item.problems.is_empty() {
            (notice("limit", &html! {
                p { strong { (t.say("What could not be read", "ما تعذّرت قراءته")) } }
                ul { @for what in faults(item).into_iter().take(READINGS) { li { (own(what)) } } }
            }))
        }
    }
}

/// How it came: what somebody told of it, beside what we recorded.
fn came(room: &Room<'_>, item: &Item, t: Tongue) -> Markup {
    let told = [
        (t.say("source", "المصدر"), item.source.clone()),
        (t.say("kind of source", "نوع المصدر"), item.register.kind.as_ref().map(|k| k.replace('_', " "))),
        (t.say("owner", "المالك"), item.register.owner.clone()),
        (t.say("stands with", "يقف مع"), item.register.aligned_with.clone()),
        (t.say("channel", "القناة"), item.told.channel.clone()),
        (t.say("address", "العنوان"), item.told.url.clone()),
        (t.say("reposts", "يعيد نشر"), item.told.reposts.clone()),
        (t.say("note", "ملاحظة"), item.told.note.clone()),
    ];
    let none = || html! { span.muted { (t.say("not stated", "غير مذكور")) } };
    html! {
        section aria-labelledby="came" {
            h2 #came { (t.say("Where it came from, as told", "من أين جاءت، كما قيل")) }
            dl.facts {
                @for (name, value) in told.iter().filter(|(_, v)| v.is_some()) { div { dt { (name) } dd { (own(value.as_deref().unwrap_or_default())) } } }
                div { dt { (t.say("published", "نُشرت")) } dd { @if let Some(at) = item.published() { (time(at)) } @else { (none()) } } }
                @if let Some(account) = &item.account {
                    @for (name, value) in account { div { dt { (super::account::field(name, t)) } dd { (super::account::value(value, t)) } } }
                }
            }
            h3 { (t.say("As recorded", "كما سُجّلت")) }
            dl.facts {
                div { dt { (t.say("names", "الأسماء")) } dd {
                    @if let Some(word) = item.withheld { span.tag { (word) } }
                    @for name in &item.names { div { (own(witnessmark_desk::walk::printable(name))) } }
                } }
                div { dt { (t.say("came in", "وردت")) } dd { (time(&item.collected)) @for at in &item.captures { " " (entry(*at)) } } }
                div { dt { (t.say("size", "الحجم")) } dd { (ltr(item.size.to_string())) " " (t.say("bytes", "بايت")) " · " (ltr(&item.media_type)) } }
                div { dt { (t.say("may be seen by", "من يطّلع عليها")) } dd { (t.of(item.tier.labels())) } }
                @if let Some(subject) = item.subject { div { dt { (t.say("consent", "الموافقة")) } dd {
                    @match room.archive.world().consent_of(subject) {
                        Some(all) => @for consent in all { div { (own(consent.purposes.join(", "))) } },
                        None => (t.say("none recorded: internal only", "لا موافقة مسجلة: داخلي فقط")),
                    }
                } } }
                div { dt { "SHA-256" } dd { code { (ltr(item.id.to_string())) } } }
            }
        }
    }
}

/// What signatures and time stamps that came with it show of its bytes, each with what that rests on.
fn vouched(item: &Item, t: Tongue) -> Markup {
    let word = |row: &Map<String, Value>, name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
    let told = [
        ("result", t.say("what it shows", "ما تُظهره")),
        ("key", t.say("key", "المفتاح")),
        ("key_in", t.say("the key lies in", "المفتاح في")),
        ("made_as_signed", t.say("made, by the signer's clock", "وقت التوقيع بساعة الموقِّع")),
        ("time", t.say("time, by the authority's clock", "الوقت بساعة الجهة")),
        ("authority", t.say("authority", "الجهة")),
        ("root_name", t.say("its root certificate", "شهادة الجذر")),
        ("trust", t.say("trust", "الثقة")),
        ("covers", t.say("covers", "تشمل")),
        ("proof", t.say("file", "الملف")),
        ("basis", t.say("rests on", "تستند إلى")),
    ];
    html! {
        @if !item.vouchers.is_empty() {
            section aria-labelledby="vouched" {
                h2 #vouched { (t.say("Signatures and time stamps that came with it", "تواقيع وأختام زمنية وردت معها")) }
                p { (t.say("A signature that matches a key says that whoever has the key signed these bytes; not who that is, nor that what they show is so.", "تطابق التوقيع مع مفتاح يعني أن حائز المفتاح وقّع هذه البايتات؛ لا من هو، ولا أن ما تُظهره قد وقع.")) }
                @for (at, row) in item.vouchers.iter().take(READINGS) {
                    dl.facts {
                        @for (name, label) in &told {
                            @if let Some(text) = word(row, name) { div { dt { (label) } dd { (own(&text)) } } }
                        }
                        div { dt { (t.say("read in", "قُرئ في")) } dd { (claim_cite(ClaimRef::Row(*at))) } }
                    }
                }
            }
        }
    }
}

fn picture(item: &Item, t: Tongue) -> Markup {
    let is_seen = item.media_type.starts_with("image/") || item.media_type.starts_with("video/");
    html! {
        @if is_seen {
            section aria-labelledby="still" {
                h2 #still { (t.say("Picture", "الصورة")) }
                @if look::has_still(item) { (look::still(item, false, t)) } @else { div.no-picture { p { (no_picture(item, t)) } } }
            }
        }
    }
}

fn no_picture(item: &Item, t: Tongue) -> &'static str {
    if item.media_type.starts_with("video/") {
        return t.say(
            "No frame of this film was decoded, or it is too long to open for looking here; what was read of the file stands below.",
            "لم تُستخرج لقطة من هذا التسجيل، أو إنه أطول من أن يُفتح للمعاينة هنا؛ وما قُرئ من الملف مذكور أدناه.",
        );
    }
    if is_picture(&item.media_type) {
        return t.say(
            "It could not be opened: what is wrong with the file is said above.",
            "تعذّر فتحها: ما يعيب الملف مذكور أعلاه.",
        );
    }
    t.say(
        "Pictures of this type are not opened for looking; what was read of the file stands below.",
        "لا تُفتح الصور من هذا النوع للمعاينة؛ وما قُرئ من الملف مذكور أدناه.",
    )
}

fn claims(room: &Room<'_>, item: &Item, t: Tongue) -> Markup {
    let list: Vec<_> = room.case.claims_of(item.id).collect();
    html! {
        section aria-labelledby="claims" {
            h2 #claims { (t.say("What it says", "ما تقوله")) " " span.count { (number(list.len())) } }
            @if list.is_empty() { p { (t.say("No claim was read in it or stated of it.", "لم يُقرأ فيها قول ولم يُذكر عنها قول.")) } }
            @for held in &list {
                @let tools = match held.key {
                    ClaimRef::Row(row) => html! { p.tools { a.button href=(row_link(row)) { (t.say("Look and decide", "انظر وقرر")) } } },
                    ClaimRef::Entry(_) => html! {},
                };
                (claim(room.case, held, t, &tools))
            }
        }
    }
}

/// Where the pages of a document begin in its text, in scalar values; empty pages begin nowhere.
fn pages(room: &Room<'_>, item: &Item) -> BTreeMap<usize, u64> {
    let rows = room.archive.rows_of(item.id).unwrap_or_default();
    let of_pages = rows.iter().filter(|(_, row)| row.get("kind").and_then(Value::as_str) == Some("page"));
    let place = |row: &Map<String, Value>| {
        let span = row.get("span")?.as_array()?;
        let (start, end) = (span.first()?.as_u64()?, span.get(1)?.as_u64()?);
        (start < end).then_some((start as usize, row.get("page")?.as_u64()?))
    };
    of_pages.filter_map(|(_, row)| place(row)).collect()
}

/// The text, with the words that claims rest on marked; where claims overlap, the innermost gives its mark.
fn text(room: &Room<'_>, item: &Item, t: Tongue) -> Markup {
    let Some((row, text)) = &item.text else { return html! {} };
    let chars: Vec<char> = text.chars().take(TEXT).collect();
    let mut inner: Vec<Option<ClaimRef>> = vec![None; chars.len()];
    let mut spans: Vec<(usize, usize, ClaimRef)> =
        room.case.claims_of(item.id).filter_map(|h| h.claim.span.map(|(s, e)| (s, e, h.key))).collect();
    spans.sort_by_key(|(s, e, key)| (std::cmp::Reverse(e.saturating_sub(*s)), *key));
    for (start, end, key) in spans {
        let end = end.min(chars.len());
        inner[start.min(end)..end].fill(Some(key));
    }
    let pages = pages(room, item);
    let mut runs: Vec<(Option<ClaimRef>, String)> = Vec::new();
    // Which run begins a page.
    let mut begins: BTreeMap<usize, u64> = BTreeMap::new();
    for (at, (c, key)) in chars.iter().zip(inner).enumerate() {
        let page = pages.get(&at);
        match runs.last_mut() {
            Some((last, run)) if *last == key && page.is_none() => run.push(*c),
            _ => runs.push((key, c.to_string())),
        }
        if let Some(page) = page {
            begins.insert(runs.len() - 1, *page);
        }
    }
    let longer = text.chars().nth(TEXT).is_some();
    html! {
        section aria-labelledby="text" {
            h2 #text { (t.say("Its text", "نصها")) }
            p.fine { (t.say("As decoded; words that a claim rests on are marked. Row ", "كما فُكّ ترميزه؛ والكلمات التي يستند إليها قول معلَّمة. السطر ")) (ltr(row.short())) }
            div.text dir="auto" lang=[item.language.as_deref().filter(|l| l.len() <= 8 && l.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-'))] {
                @for (at, (key, run)) in runs.iter().enumerate() {
                    @if let Some(page) = begins.get(&at) { span.page { (t.say("page ", "صفحة ")) (number(usize::try_from(*page).unwrap_or(0))) } }
                    @match key {
                        Some(ClaimRef::Row(row)) => a.marked href=(row_link(*row)) { (tame(run)) },
                        Some(ClaimRef::Entry(_)) => mark.asserted { (tame(run)) },
                        None => (tame(run)),
                    }
                }
                @if longer { p.fine { (t.say("The text goes on.", "للنص بقية.")) } }
            }
        }
    }
}

fn neighbours(room: &Room<'_>, item: &Item, t: Tongue) -> Markup {
    let case = room.case;
    let pictures: Vec<_> = case
        .joined
        .pictures
        .matches
        .iter()
        .filter_map(|m| {
            let (a, b) = (*case.joined.pictured.get(m.a)?, *case.joined.pictured.get(m.b)?);
            let other = if a == item.id {
                b
            } else if b == item.id {
                a
            } else {
                return None;
            };
            Some((other, m))
        })
        .collect();
    let texts: Vec<(ItemId, f64, usize, bool)> = case
        .joined
        .reuses
        .iter()
        .filter_map(|r| {
            let (a, b) = (*case.joined.texts.get(r.a)?, *case.joined.texts.get(r.b)?);
            let other = if a == item.id {
                b
            } else if b == item.id {
                a
            } else {
                return None;
            };
            Some((other, r.share, r.words(), r.only_quoted()))
        })
        .collect();
    html! {
        @if !pictures.is_empty() || !texts.is_empty() {
            section aria-labelledby="shares" {
                h2 #shares { (t.say("What it shares with others", "ما تشترك فيه مع غيرها")) }
                @if super::copies::cluster_of(case, item.id).is_some() { p { a href=(format!("/items/{}/copies", item.id)) { (t.say("Every copy of this picture, and who had it from whom", "كل نسخ هذه الصورة، ومن أخذها عمّن")) } } }
                p.fine { (t.say("Copies and reused words are one line of evidence, however many carry them.", "النسخ والكلام المكرر أصل واحد للمعلومة مهما كثر ناقلوه.")) }
                ul.plain {
                    @for (other, found) in pictures.iter().take(NEIGHBOURS) {
                        li {
                            (item_cited(case, *other)) " — "
                            @if found.kind.as_str() == "same" { (t.say("near-duplicate picture", "صورة شبه مطابقة")) } @else { (t.say("similar picture, to be looked at", "صورة مشابهة تحتاج إلى نظر")) }
                            @if found.turned { (t.say(", turned or mirrored", "، مُدارة أو معكوسة")) }
                            " · " (super::alike::how(found, t))
                            @if both_open(case, item, *other) { " · " a href=(format!("/items/{}/compare?with={other}", item.id)) { (t.say("side by side", "جنباً إلى جنب")) span.unseen { ": " (item_cited_plain(case, *other)) } } }
                        }
                    }
                    @for (other, share, n, quoted) in texts.iter().take(NEIGHBOURS) {
                        li {
                            (item_cited(case, *other)) " — " (t.say("shares words: ", "كلمات مشتركة: ")) (number(*n)) " " (ltr(format!("({:.0} %)", share * 100.0)))
                            @if *quoted { (t.say(", all inside quotations", "، كلها داخل اقتباسات")) }
                        }
                    }
                }
            }
        }
    }
}

/// Can both be looked at?
fn both_open(case: &Case, one: &Item, other: ItemId) -> bool {
    look::has_still(one) && case.items.get(&other).is_some_and(look::has_still)
}

fn item_cited_plain(case: &Case, id: ItemId) -> Markup {
    own(case.items.get(&id).map_or_else(|| id.short(), Item::label))
}

/// Rows that analyzers left about the file itself.
fn readings(room: &Room<'_>, item: &Item, t: Tongue) -> Result<Markup> {
    let packs: BTreeMap<_, String> =
        room.archive.world().packs().map(|(_, o)| (o.pack, format!("{}@{}", o.analyzer, o.version))).collect();
    let mut by_kind: BTreeMap<String, Vec<Reading>> = BTreeMap::new();
    for (at, row) in room.archive.rows_of(item.id)? {
        let kind = row.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
        if !TOLD.contains(&kind.as_str()) && !witnessmark_model::claim::PREDICATES.contains(&kind.as_str()) {
            by_kind.entry(kind).or_default().push((at, row));
        }
    }
    Ok(html! {
        @if !by_kind.is_empty() {
            section aria-labelledby="readings" {
                h2 #readings { (t.say("What machines read of the file", "ما قرأته الآلات من الملف")) }
                p.fine { (t.say("A reading says what stands in the file, not that it is so: metadata can be set by anyone.", "القراءة تقول ما في الملف لا أنه كذلك: فالبيانات الوصفية يضعها من يشاء.")) }
                @for interval in &item.taken { p { (t.say("Taken, as its metadata says: ", "التُقطت وفق بياناتها الوصفية: ")) (own(interval_words(&interval.1, t))) } }
                @if let Some((_, lat, lon, within)) = item.position { p { (t.say("Position, as its metadata says: ", "الموضع وفق بياناتها الوصفية: ")) (ltr(format!("{lat:.5}, {lon:.5} ±{within:.0} m"))) } }
                @for (kind, rows) in &by_kind {
                    details open[rows.len() <= 2] {
                        summary { span.kind { (words::kind(kind, t)) } " " (number(rows.len())) @if let Some(by) = rows.first().and_then(|(at, _)| packs.get(&at.pack)) { " " (ltr(by)) } }
                        @for (at, row) in rows.iter().take(READINGS) {
                            dl.reading {
                                @for (name, value) in row.iter().filter(|(n, _)| !UNTOLD.contains(&n.as_str())) { div { dt { (words::reading(name, t)) } dd { (own(plain(value))) } } }
                                div { dt { (t.say("row", "السطر")) } dd { (ltr(at.short())) } }
                            }
                        }
                    }
                }
            }
        }
    })
}

/// Entries that speak of the item, in the order of the ledger.
fn custody(room: &Room<'_>, item: &Item, t: Tongue) -> Markup {
    let list: Vec<_> =
        room.archive.world().entries().filter_map(|e| about(&e.body, item, t).map(|words| (e, words))).collect();
    html! {
        section aria-labelledby="custody" {
            h2 #custody { (t.say("Custody, as recorded here", "سلسلة الحفظ كما سُجّلت هنا")) }
            p.fine { (t.say("It begins when the item came to us; what happened before is only told.", "تبدأ حين وصلت المادة إلينا؛ وما قبل ذلك يُروى فقط.")) }
            ol.custody {
                @for (e, words) in &list {
                    li.gone[!room.archive.world().is_current(e.at)] {
                        (entry(e.at)) " " (time(&e.time)) " " (member(room, e.signer)) ": " (words::entry(e.body.kind(), t)) (words)
                        @if !room.archive.world().is_current(e.at) { " " span.tag { (t.say("no longer stands", "لم يعد قائماً")) } }
                    }
                }
            }
        }
    }
}

/// What would change if the item were no longer relied on, and the form that says so; or the one that takes it back.
fn withdrawing(room: &Room<'_>, item: &Item, ask: &Ask) -> Markup {
    let t = ask.tongue;
    let claims = room.case.claims_of(item.id).count();
    let incidents: Vec<_> = room
        .case
        .incidents
        .iter()
        .filter(|i| {
            i.members.iter().any(|key| room.case.claims.get(key).is_some_and(|held| held.claim.item == item.id))
        })
        .collect();
    html! {
        section aria-labelledby="withdraw" {
            @if item.withdrawn.is_some() {
                h2 #withdraw { (t.say("Rely on it again", "اعتمد عليها من جديد")) }
                form method="post" action=(format!("/items/{}/restore", item.id)) {
                    (token(ask))
                    div.field { label for="restore-reason" { (t.say("Reason", "السبب")) } input #restore-reason name="reason" dir="auto" maxlength="2000" required; }
                    button type="submit" { (t.say("Take the withdrawal back", "اسحب السحب")) }
                }
            } @else {
                h2 #withdraw { (t.say("No longer rely on it", "لم يعد يُعتمد عليها")) }
                details.act {
                    summary { (t.say("Withdraw this item", "اسحب هذه المادة")) }
                    p { (t.say("Its bytes stay, and so does every entry about it. What rests on it is weighed anew without it, and no report may cite it any more; what went out before is beyond reach.", "تبقى بايتاتها وكل قيد عنها. ويُعاد وزن ما يستند إليها من دونها، ولا يجوز لتقرير أن يستشهد بها بعد؛ أما ما خرج من قبل فلا سبيل إليه.")) }
                    ul {
                        li { (t.say("claims that would no longer count: ", "أقوال لن تُحتسب بعد: ")) (number(claims)) }
                        li { (t.say("incidents that lose some: ", "وقائع تفقد بعضها: ")) (number(incidents.len())) @for incident in &incidents { " · " (incident_link(incident, t)) } }
                    }
                    @if item.subject.is_some() { p { (t.say("It came under a person's consent: everything that this person gave is withdrawn with it.", "جاءت بموافقة شخص: ويُسحب معها كل ما قدّمه.")) } }
                    form method="post" action=(format!("/items/{}/withdraw", item.id)) {
                        (token(ask))
                        label for="withdraw-reason" { (t.say("Reason", "السبب")) }
                        textarea #withdraw-reason name="reason" dir="auto" rows="2" maxlength="4000" required {}
                        button type="submit" { (t.say("Withdraw it", "اسحبها")) }
                    }
                }
            }
        }
    }
}

/// Withdraws it.
pub(crate) fn withdraw(
    archive: &mut Archive,
    member: MemberKey,
    case: &Case,
    ask: &Ask,
    form: &Form,
) -> Result<String> {
    let item: ItemId = ask.id.parse().map_err(|_| Oops::NoSuch)?;
    if case.items.get(&item).ok_or(Oops::NoSuch)?.withdrawn.is_some() {
        return Err(Oops::Wrong("It is withdrawn already.", "سُحبت من قبل."));
    }
    let reason = form.given("reason").ok_or(Oops::Wrong("Say why it is withdrawn.", "اذكر سبب السحب."))?;
    let at = decide::withdraw(archive, member, item, &reason)?;
    Ok(format!("/items/{item}?done={}", at.index))
}

/// Takes the withdrawal back.
pub(crate) fn restore(archive: &mut Archive, member: MemberKey, case: &Case, ask: &Ask, form: &Form) -> Result<String> {
    let item: ItemId = ask.id.parse().map_err(|_| Oops::NoSuch)?;
    let withdrawn = case.items.get(&item).and_then(|found| found.withdrawn).ok_or(Oops::NoSuch)?;
    let reason = form.given("reason").ok_or(Oops::Wrong("Say why.", "اذكر السبب."))?;
    let at = decide::undo(archive, member, withdrawn, &reason)?;
    Ok(format!("/items/{item}?done={}", at.index))
}

/// What an entry says of this item, if it speaks of it.
fn about(body: &Body, item: &Item, t: Tongue) -> Option<Markup> {
    let words = |text: Option<&String>| {
        text.filter(|w| !w.is_empty()).map(|w| html! { " — " (said(w, t)) }).unwrap_or_else(|| html! {})
    };
    Some(match body {
        Body::Collected(c) if c.item == item.id => {
            html! { " · " (own(c.method.to_string().replace('_', " "))) @if let Some(Some(by)) = c.collector.get() { " · " (own(by)) } }
        }
        Body::Claimed(c) if c.item == item.id => {
            html! { @if c.decision == Decision::Bulk { " · " (t.say("in bulk", "ضمن دفعة")) } (words(c.reason.get().and_then(Option::as_ref))) }
        }
        Body::Related(r) if r.from == item.id || r.to == item.id => {
            html! { " · " (r.relation.to_string().replace('_', " ")) (words(r.basis.get())) }
        }
        Body::Sealed(s) if s.item == item.id => html! { " · " (t.of(s.tier.labels())) (words(s.reason.get())) },
        Body::Withdrawn(w) if w.item == Some(item.id) || w.entry.is_some_and(|e| is_capture(item, e)) => {
            html! { (words(w.reason.get())) }
        }
        Body::Consented(c) if item.subject == Some(c.subject) => html! { " · " (own(c.purposes.join(", "))) },
        Body::Placed(p) if p.item == item.id => words(p.reason.get()),
        Body::Handled(h) if h.item == Some(item.id) => {
            html! { " · " (own(h.event.to_string().replace('_', " "))) (words(h.reason.as_ref())) }
        }
        Body::Held(h) if h.item == item.id => html! { " · " (t.of(h.class.labels())) (words(h.reason.get())) },
        Body::Released(r) if r.item == item.id => {
            html! { " · " (t.of(r.class.labels())) " · " (t.of(r.opposing.labels())) (words(r.reason.get())) }
        }
        Body::Erased(e) if item.subject == Some(e.subject) => html! { " — " (said(&e.reason, t)) },
        _ => return None,
    })
}

fn is_capture(item: &Item, at: EntryRef) -> bool {
    item.captures.contains(&at)
}
