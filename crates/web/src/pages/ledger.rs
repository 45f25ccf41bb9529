//! The ledger: its checkpoint as any stranger would read it, who signs, what was recorded, and a check of all of it.

use maud::{Markup, html};
use witnessmark_archive::Archive;
use witnessmark_desk::report::Tongue;
use witnessmark_model::entry::Body;
use witnessmark_model::{Entry, LogId};
use witnessmark_report::document::tame;

use crate::app::Room;
use crate::ask::Ask;
use crate::error::Result;
use crate::parts::{claim_cite, item_cited, ltr, member, number, own, own as own_words, row_link, said, time};
use crate::shell::Page;
use crate::words;

/// Entries on one page.
const EACH: usize = 50;
/// Findings of a check that are shown.
const FINDINGS: usize = 200;

/// Draws it.
pub(crate) fn page(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let title = t.say("Ledger", "السجل");
    let own = room.archive.config().log_id();
    // Entries of an admitted log are counted for themselves.
    let log = ask.get("log").parse().unwrap_or(own);
    let size = if log == own { room.archive.log().size() } else { room.archive.followed_size(log) };
    // Newest first; an entry that is asked for stands on the page.
    let from = match ask.get("at").parse::<u64>() {
        Ok(at) if at < size => ((size - 1 - at) as usize / EACH) * EACH,
        _ => ask.number("from").min(size as usize),
    };
    let body = html! {
        h1 { (title) }
        p.lead { (t.say("Everything that was done here, each entry signed and in order. Nothing is edited or taken out; what is taken back is taken back by a later entry.", "كل ما جرى هنا، كل قيد موقّع وفي ترتيبه. لا يُعدَّل شيء ولا يُنزع؛ وما يُسحب يُسحب بقيد لاحق.")) }
        p { a.button.primary href="/ledger/check" { (t.say("Check everything now", "افحص كل شيء الآن")) } }
        (head(room.archive, t))
        (members(room, t))
        section aria-labelledby="entries" {
            h2 #entries { (t.say("Entries, newest first", "القيود، الأحدث أولاً")) }
            (logs(room, log, t))
            ol.entries { @for entry in room.archive.world().entries_of(log).rev().skip(from).take(EACH) { (one(room, entry, t)) } }
            (crate::parts::pager(&Ask { query: ask.query.iter().filter(|(n, _)| n != "at").cloned().collect(), ..ask.clone() }, size as usize, EACH, from))
        }
    };
    Ok(Page::new(title, body))
}

/// Which ledger's entries these are, and the ways to those of others, where this archive has admitted any.
fn logs(room: &Room<'_>, shown: LogId, t: Tongue) -> Markup {
    let archive = room.archive;
    let admitted = archive.admitted().unwrap_or_default();
    let own = archive.config().log_id();
    let link = |id: LogId, name: &str| {
        html! {
            li { @if id == shown { strong aria-current="page" { (own_words(name)) } } @else { a href=(format!("/ledger?log={id}#entries")) { (own_words(name)) } } }
        }
    };
    html! {
        @if !admitted.is_empty() {
            p.fine { (t.say("Ledgers of this archive and of the offices that it has admitted:", "سجلات هذا الأرشيف والمكاتب التي قبلها:")) }
            ul.plain {
                (link(own, &archive.config().name))
                @for (id, key, name) in &admitted { (link(*id, name.as_deref().unwrap_or(key.name()))) }
            }
        }
    }
}

fn head(archive: &Archive, t: Tongue) -> Markup {
    let checkpoint = String::from_utf8_lossy(archive.log().checkpoint().unwrap_or_default()).into_owned();
    html! {
        section aria-labelledby="head" {
            h2 #head { (t.say("Checkpoint", "نقطة التحقق")) }
            dl.facts {
                div { dt { (t.say("origin", "الأصل")) } dd { (ltr(archive.log().origin())) } }
                div { dt { (t.say("entries", "القيود")) } dd { (ltr(archive.log().size().to_string())) } }
                div { dt { (t.say("root", "الجذر")) } dd { code { (ltr(archive.log().root().hex())) } } }
                div { dt { (t.say("key", "المفتاح")) } dd { code { (ltr(&archive.config().vkey)) } } }
            }
            details { summary { (t.say("The checkpoint as it is published", "نقطة التحقق كما تُنشر")) } pre dir="ltr" { (tame(&checkpoint)) } }
            p.fine { (countersigned(archive, t)) }
        }
    }
}

/// Who has countersigned the ledger, and how far; what it shows while nobody has.
fn countersigned(archive: &Archive, t: Tongue) -> String {
    let signed = archive.countersigned().unwrap_or_default();
    let (english, arabic) = signed.words();
    match signed.time.map(|_| ()).or(signed.stamped.as_ref().map(|_| ())) {
        Some(()) => t.say(&english, &arabic).to_owned(),
        None => t
            .say(
                "No outside party has countersigned it: it shows that nothing changed since, not when it was made.",
                "لم توقّع عليه جهة خارجية: فهو يُظهر أن شيئاً لم يتغير منذئذ، لا متى أُنشئ.",
            )
            .to_owned(),
    }
}

fn members(room: &Room<'_>, t: Tongue) -> Markup {
    html! {
        section aria-labelledby="members" {
            h2 #members { (t.say("Who signs", "من يوقّع")) }
            ul.plain { @for (key, known) in room.archive.world().members() {
                li {
                    strong { (own(&known.name)) } " · " (own(known.role.to_string())) " · " (ltr(key.to_string()))
                    @if known.revoked { " " span.tag.alert { (t.say("revoked", "أُلغي")) } }
                    @if known.demonstration { " " span.tag.care { (t.say("a demonstration's key: everybody has it, it binds nobody", "مفتاح للعرض: عند الجميع ولا يُلزم أحداً")) } }
                }
            } }
        }
    }
}

fn one(room: &Room<'_>, entry: &Entry, t: Tongue) -> Markup {
    let stands = room.archive.world().is_current(entry.at);
    html! {
        li.gone[!stands] id=(format!("entry-{}", entry.at.index)) {
            span.index { (ltr(format!("#{}", entry.at.index))) }
            div {
                strong { (words::entry(entry.body.kind(), t)) } " " (about(room, &entry.body, t))
                @if !stands { " " span.tag { (t.say("no longer stands", "لم يعد قائماً")) } }
                p.fine { (member(room, entry.signer)) " · " (time(&entry.time)) }
            }
        }
    }
}

/// What it is about, in a few words.
fn about(room: &Room<'_>, body: &Body, t: Tongue) -> Markup {
    match body {
        Body::Keyed(k) => html! { (own(&k.name)) " (" (own(k.role.to_string())) ")" },
        Body::Collected(c) => item_cited(room.case, c.item),
        Body::Observed(o) => {
            html! { (ltr(format!("{}@{}", o.analyzer, o.version))) " · " (number(o.items as usize)) " " (t.say("items", "مواد")) " · " (number(o.rows as usize)) " " (t.say("rows", "أسطر")) }
        }
        Body::Claimed(c) => {
            html! { (item_cited(room.case, c.item)) " · " (own(c.decision.to_string().replace('_', " "))) @if let Some(row) = c.row { " " a.cite href=(row_link(row)) { (ltr(row.short())) } } }
        }
        Body::Declined(d) => {
            html! { a.cite href=(row_link(d.row)) { (ltr(d.row.short())) } @if let Some(Some(reason)) = d.reason.get() { " — " (said(reason, t)) } }
        }
        Body::Grouped(g) => html! {
            @if let Some(Some(name)) = g.label.get() { (own(name)) " " }
            @for key in g.members.iter().take(6) { (claim_cite(*key)) " " }
        },
        Body::Related(r) => {
            html! { (item_cited(room.case, r.from)) " " (own(r.relation.to_string().replace('_', " "))) " " (item_cited(room.case, r.to)) }
        }
        Body::Assessed(a) => {
            html! { a href=(format!("/incidents/{}", a.incident.index)) { (t.of(a.element.labels())) } ": " (t.of(a.level.labels())) }
        }
        Body::Placed(p) => item_cited(room.case, p.item),
        Body::Examined(x) => html! {
            a href=(format!("/incidents/{}", x.incident.index)) { (t.of(x.element.labels())) } ": " (words::finding(x.finding, t))
            @if let Some(item) = x.item { " · " (item_cited(room.case, item)) }
        },
        Body::Asked(a) => html! {
            a href=(format!("/incidents/{}", a.incident.index)) { (ltr(format!("#{}", a.incident.index))) }
            @if let Some(party) = a.party.get() { " · " (own(party)) } " · " (ltr(&a.until))
        },
        Body::Connected(c) => html! {
            a href=(format!("/incidents/{}", c.from.index)) { (ltr(format!("#{}", c.from.index))) }
            " " (own(c.relation.to_string().replace('_', " "))) " "
            a href=(format!("/incidents/{}", c.to.index)) { (ltr(format!("#{}", c.to.index))) }
        },
        Body::Merged(_) | Body::Split(_) | Body::Paired(_) => grouping(body, t),
        Body::Issued(i) => html! { (own(&i.title)) " · " (t.of(i.tier.labels())) },
        Body::Dispatched(d) => html! { @if let Some(to) = d.recipient.get() { (own(to)) } },
        Body::Answered(a) => own(&a.kind),
        Body::Sealed(s) => html! { (item_cited(room.case, s.item)) " · " (t.of(s.tier.labels())) },
        Body::Withdrawn(w) => html! {
            @if let Some(at) = w.entry { (crate::parts::entry(at)) }
            @if let Some(item) = w.item { (item_cited(room.case, item)) }
            @if let Some(reason) = w.reason.get() { " — " (said(reason, t)) }
        },
        Body::Erased(e) => said(&e.reason, t),
        Body::Identified(i) => item_cited(room.case, i.item),
        Body::Handled(h) => html! {
            (own(h.event.to_string().replace('_', " ")))
            @if let Some(item) = h.item { " " (item_cited(room.case, item)) }
            @if let Some(reason) = &h.reason { " — " (said(reason, t)) }
        },
        Body::Admitted(a) => ltr(&a.origin),
        Body::Held(h) => {
            html! { (item_cited(room.case, h.item)) " · " (t.of(h.class.labels())) @if let Some(reason) = h.reason.get() { " — " (said(reason, t)) } }
        }
        Body::Released(r) => html! {
            (item_cited(room.case, r.item)) " · " (crate::parts::entry(r.hold)) " · " (t.of(r.class.labels())) " · " (t.of(r.opposing.labels()))
            @if let Some(reason) = r.reason.get() { " — " (said(reason, t)) }
        },
        Body::Entrusted(e) => html! {
            (number(e.needed as usize)) " " (t.say("of", "من")) " " (number(e.shares as usize))
            @if let Some(names) = e.trustees.get() { " · " (own(names.join(", "))) }
        },
        other => about_inquiry(other, t),
    }
}

/// The same of kinds that inquire into an incident. What a coder answered stands nowhere but with the finished sample.
fn about_inquiry(body: &Body, t: Tongue) -> Markup {
    let to = |incident: witnessmark_model::EntryRef| html! { a href=(format!("/incidents/{}", incident.index)) { (ltr(format!("#{}", incident.index))) } };
    match body {
        Body::Questioned(q) => {
            html! { (to(q.incident)) " · " (t.of(q.form.labels())) @if let Some(text) = q.text.get() { ": " (said(text, t)) } }
        }
        Body::Argued(a) => {
            html! { (to(a.incident)) " · " (crate::parts::entry(a.question)) " · " (t.of(a.bearing.labels())) }
        }
        Body::Settled(s) => {
            html! { (to(s.incident)) " · " (crate::parts::entry(s.question)) " · " (t.of(s.outcome.labels())) }
        }
        Body::Searched(s) => html! {
            @if let Some(incident) = s.incident { (to(incident)) " · " }
            @if let Some(place) = s.place.get() { (own(place)) " · " } (t.of(s.outcome.labels()))
        },
        Body::Tested(x) => html! { (to(x.incident)) " · " (claim_cite(x.claim)) " · " (t.of(x.outcome.labels())) },
        Body::Qualified(q) => html! { (to(q.incident)) " · " (ltr(&q.point)) " · " (t.of(q.bearing.labels())) },
        Body::Disputed(d) => {
            html! { @if let Some(incident) = d.incident { (to(incident)) " · " } (own(d.edge.replace('_', " "))) }
        }
        Body::Adopted(a) => html! { (t.of(a.rules.labels())) " · " (own(&a.name)) },
        Body::Sampled(s) => html! {
            @if let Some(title) = s.title.get() { (own(title)) " · " }
            (number(s.units.len())) " " (t.say("of", "من")) " " (number(s.of as usize))
        },
        Body::Coded(c) => html! { (crate::parts::entry(c.sample)) },
        _ => html! {},
    }
}

/// Reads everything again and says what is unchanged and what is not.
pub(crate) fn check(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let title = t.say("Check of the archive", "فحص الأرشيف");
    let checked = room.archive.check(|_, _| {})?;
    let counts = [
        (
            checked.entries,
            t.say("entries: leaf, record and signature read again", "قيود: أُعيدت قراءة الورقة والسجل والتوقيع"),
        ),
        (checked.blobs, t.say("stored files hashed again", "ملفات محفوظة أُعيد حساب بصمتها")),
        (checked.packs, t.say("packs of readings matched with their entries", "حزم قراءات طوبقت مع قيودها")),
        (
            checked.packs_sealed,
            t.say("packs under keys that are not at hand: not opened", "حزم تحت مفاتيح غير متاحة: لم تُفتح"),
        ),
        (
            checked.in_place,
            t.say("items on other volumes found and hashed again", "مواد على وحدات أخرى وُجدت وأُعيد حساب بصمتها"),
        ),
        (checked.erased, t.say("stored files gone because their key was destroyed", "ملفات زالت لأن مفتاحها أُتلف")),
    ];
    let body = html! {
        p.crumbs { a href="/ledger" { (t.say("Ledger", "السجل")) } }
        h1 { (title) }
        @if checked.holds() {
            div.notice.holds role="status" { p { strong { (t.say("Everything that was read again is unchanged since it was recorded.", "كل ما أُعيدت قراءته لم يتغير منذ تسجيله.")) } } }
        } @else {
            div.notice.alert role="alert" {
                p { strong { (t.say("Something is not as it was recorded. ", "هناك ما ليس كما سُجِّل. ")) } (number(checked.findings.len())) }
                p { (t.say("Keep a copy of the whole folder before anything else.", "احفظ نسخة من المجلد كله قبل أي شيء آخر.")) }
            }
            ul.findings { @for finding in checked.findings.iter().take(FINDINGS) { li { code { (ltr(relative(room.archive, &finding.at))) } br; (own(relative(room.archive, &finding.what))) } } }
        }
        dl.facts { @for (n, words) in counts { div { dt { (ltr(n.to_string())) } dd { (words) } } } }
        p { (t.say(
            "Unchanged means: the same bytes as when they were recorded. It does not say when that was, whether what an item says is so, or what was never recorded.",
            "«لم يتغير» تعني: البايتات نفسها منذ سُجّلت. ولا تقول متى كان ذلك، ولا هل ما تقوله المادة كذلك، ولا ما لم يُسجَّل قط.",
        )) }
    };
    Ok(Page::new(title, body))
}

/// A finding without the folder that the archive lies in: where it lies is nobody's business on a page.
fn relative(archive: &Archive, text: &str) -> String {
    text.replace(&format!("{}/", archive.layout().root().display()), "")
}

/// What was merged, split or told apart.
fn grouping(body: &Body, t: Tongue) -> Markup {
    let incident = |at: witnessmark_model::EntryRef| html! { a href=(format!("/incidents/{}", at.index)) { (ltr(format!("#{}", at.index))) } };
    match body {
        Body::Merged(m) => html! {
            (incident(m.from)) " " (t.say("into", "في")) " " (incident(m.into))
            @if let Some(reason) = m.reason.get() { " — " (said(reason, t)) }
        },
        Body::Split(s) => html! {
            (incident(s.incident)) @if let Some(into) = s.into { " " (t.say("to", "إلى")) " " (incident(into)) } " "
            @for key in s.members.iter().take(6) { (claim_cite(*key)) " " }
            @if let Some(reason) = s.reason.get() { " — " (said(reason, t)) }
        },
        Body::Paired(p) => {
            html! { (claim_cite(p.left)) " " (claim_cite(p.right)) ": " (t.of(words::sameness(p.answer))) }
        }
        _ => html! {},
    }
}
