//! The pieces that pages are made of: isolates, quotations, badges, citations, a claim as it is told, forms.
//!
//! Whatever came from outside goes through [`own`], [`said`] or [`ltr`]: tamed, escaped, and cut off from the direction of
//! the words around it. What a machine proposed and what a person asserted differ in shape and in words, not only in colour.

use maud::{Markup, html};
use serde_json::Value;
use witnessmark_desk::Held;
use witnessmark_desk::case::{Case, IncidentCase, IncidentId};
use witnessmark_desk::facts::Item;
use witnessmark_desk::report::Tongue;
use witnessmark_model::claim::{Claim, Harm, Interval, Named, Place};
use witnessmark_model::vocabulary::{Element, Level, label};
use witnessmark_model::{ClaimRef, EntryRef, ItemId, RowRef};
use witnessmark_report::compile::badge;
use witnessmark_report::document::{Figure, tame};

use crate::app::Room;
use crate::ask::Ask;
use crate::shell::encode;
use crate::words;

/// A coordinate, time, hash, number or id: left to right, whatever stands around it.
pub(crate) fn ltr(text: impl AsRef<str>) -> Markup {
    html! { bdi dir="ltr" { (tame(text.as_ref())) } }
}

/// A name from outside, isolated.
pub(crate) fn own(text: impl AsRef<str>) -> Markup {
    html! { bdi dir="auto" { (tame(text.as_ref())) } }
}

/// Somebody's words, exactly.
pub(crate) fn said(text: &str, t: Tongue) -> Markup {
    let (open, close) = t.say("“|”", "«|»").split_once('|').unwrap_or_default();
    let one_line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    html! { (open) q dir="auto" { (tame(&one_line)) } (close) }
}

/// A number in words of counting.
pub(crate) fn number(n: usize) -> Markup {
    html! { bdi dir="ltr" { (n) } }
}

/// An instant as it is stored, shortened to minutes for reading; the whole stands in the element's title.
pub(crate) fn time(text: &str) -> Markup {
    let short = match text.parse::<jiff::Timestamp>() {
        Ok(at) => witnessmark_report::words::stamp(at),
        Err(_) => text.to_owned(),
    };
    html! { bdi dir="ltr" title=(tame(text)) { (tame(&short)) } }
}

/// A row's place in an address: `pack-row`.
pub(crate) fn row_slug(row: RowRef) -> String {
    format!("{}-{}", row.pack, row.row)
}

/// A row from an address.
pub(crate) fn row_of(slug: &str) -> Option<RowRef> {
    let (pack, row) = slug.split_once('-')?;
    format!("{pack}#{row}").parse().ok()
}

/// Where a proposal is shown.
pub(crate) fn row_link(row: RowRef) -> String {
    format!("/queue/{}", row_slug(row))
}

/// Where an item is shown.
pub(crate) fn item_link(item: ItemId) -> String {
    format!("/items/{item}")
}

/// An incident's place in an address.
pub(crate) fn incident_slug(id: IncidentId) -> String {
    match id {
        IncidentId::Grouped(at) => at.index.to_string(),
        IncidentId::Proposed(row) => row_slug(row),
    }
}

/// The incident of an address.
pub(crate) fn incident_of<'a>(case: &'a Case, slug: &str) -> Option<&'a IncidentCase> {
    // Ids are compared, and no address is written for each of a hundred thousand.
    let number: Option<u64> = slug.parse().ok().filter(|number: &u64| number.to_string() == slug);
    let row = row_of(slug);
    let is_asked = |i: &&IncidentCase| match i.id {
        IncidentId::Grouped(at) => number == Some(at.index),
        IncidentId::Proposed(of) => row == Some(of),
    };
    // The number of one that was merged into another leads there.
    let led = |i: &&IncidentCase| i.merged.iter().any(|at| number == Some(at.index));
    case.incidents.iter().find(is_asked).or_else(|| case.incidents.iter().find(led))
}

/// An incident's name, its parts isolated from each other: they can be in two languages.
pub(crate) fn incident_name(incident: &IncidentCase, t: Tongue) -> Markup {
    let parts = incident.name_parts(t.code());
    html! { @for (i, part) in parts.iter().enumerate() { @if i > 0 { " · " } (own(part)) } }
}

/// A name to click for an incident.
pub(crate) fn incident_link(incident: &IncidentCase, t: Tongue) -> Markup {
    html! { a href=(format!("/incidents/{}", incident_slug(incident.id))) { (incident_name(incident, t)) } }
}

/// A name to click for an item.
pub(crate) fn item_name(item: &Item) -> Markup {
    html! { a href=(item_link(item.id)) { (own(item.label())) } }
}

/// As [`item_name`], by id.
pub(crate) fn item_cited(case: &Case, id: ItemId) -> Markup {
    match case.items.get(&id) {
        Some(item) => item_name(item),
        None => ltr(id.short()),
    }
}

/// An entry, as it is cited.
pub(crate) fn entry(at: EntryRef) -> Markup {
    html! { a.cite href=(format!("/ledger?log={}&at={}#entry-{1}", at.log, at.index)) { bdi dir="ltr" title=(at.to_string()) { "#" (at.index) } } }
}

/// A claim, as it is cited.
pub(crate) fn claim_cite(key: ClaimRef) -> Markup {
    match key {
        ClaimRef::Entry(at) => entry(at),
        ClaimRef::Row(row) => {
            html! { a.cite href=(row_link(row)) { bdi dir="ltr" title=(row.to_string()) { (row.short()) } } }
        }
    }
}

/// A member's name.
pub(crate) fn member(room: &Room<'_>, key: witnessmark_model::MemberKey) -> Markup {
    match room.archive.world().members().get(&key) {
        Some(known) => own(&known.name),
        None => ltr(key.short()),
    }
}

/// How an element is supported: what a person signed, or that nobody did.
pub(crate) fn level(level: Level, contested: bool, t: Tongue) -> Markup {
    let mut mark = badge(level, contested, t.code());
    if level == Level::NotAssessed {
        mark.label = unreviewed(t).into();
    }
    witnessmark_report::html::badge(&mark)
}

/// What is printed where nobody decided.
pub(crate) fn unreviewed(t: Tongue) -> &'static str {
    t.say("not assessed (unreviewed)", "لم يُقيَّم (دون مراجعة)")
}

/// Elements of an incident by how they are supported; those that stand alike share a badge.
pub(crate) fn elements(incident: &IncidentCase, t: Tongue) -> Markup {
    let mut alike: Vec<((Level, bool), Vec<String>)> = Vec::new();
    for element in Element::ALL {
        let Some(weighed) = incident.weighed.elements.iter().find(|e| e.element == *element) else { continue };
        let stands = (incident.level(*element), weighed.contested.contested);
        let name = t.of(element.labels()).to_owned();
        match alike.iter_mut().find(|(other, _)| *other == stands) {
            Some((_, names)) => names.push(name),
            None => alike.push((stands, vec![name])),
        }
    }
    html! {
        ul.elements {
            @for ((at, contested), names) in &alike {
                li { span.element-name { (names.join(t.say(", ", "، "))) } " " (level(*at, *contested, t)) }
            }
            @if alike.is_empty() { li { (level(Level::NotAssessed, false, t)) } }
        }
    }
}

/// Who stands behind a claim: a machine, or a person.
pub(crate) fn standing(held: &Held, t: Tongue) -> Markup {
    match held.standing.as_str() {
        "proposed" => {
            html! { span.standing.machine { (t.say("read by a machine · unreviewed", "قرأته آلة · دون مراجعة")) } }
        }
        "accepted_in_bulk" => html! {
            span.standing.bulk { (t.say("accepted in bulk · not assessed", "قُبل ضمن دفعة · لم يُقيَّم")) }
        },
        _ => html! { span.standing.person { (t.say("asserted by a person", "أكده شخص")) } },
    }
}

/// One value of a claim: its name in words, and what it says.
pub(crate) struct Particular {
    /// Field, as in [`words::field`].
    pub(crate) field: String,
    /// As plain text: what is recorded as shown.
    pub(crate) text: String,
    /// Is it a coordinate, time or number?
    pub(crate) isolate: bool,
}

/// Words from outside within a longer text, cut off from its direction (U+2068 … U+2069, UAX #9); [`own`] lets isolates
/// stand only where they balance.
pub(crate) fn apart(words: &str) -> String {
    format!("\u{2068}{words}\u{2069}")
}

fn named(list: &[Named], t: Tongue) -> String {
    let one = |n: &Named| {
        let class = label(&n.class, t.code());
        let banned = if n.called_banned {
            t.say(" (called banned by the speaker)", " (يصفه المتحدث بالمحظور)")
        } else {
            ""
        };
        if n.class == "unknown" && !n.name.is_empty() {
            return format!("{}{banned}", n.name);
        }
        let same = n.name.is_empty() || n.name.eq_ignore_ascii_case(class) || n.name == n.class;
        if same { format!("{class}{banned}") } else { format!("{class}: {}{banned}", n.name) }
    };
    list.iter().map(|n| apart(&one(n))).collect::<Vec<_>>().join(t.say("; ", "؛ "))
}

pub(crate) fn place_words(place: &Place, t: Tongue) -> String {
    match (place.lat, place.lon) {
        (Some(lat), Some(lon)) => {
            let within = place
                .uncertainty_m
                .map(|m| if m >= 1000.0 { format!(" ±{:.0} km", m / 1000.0) } else { format!(" ±{m:.0} m") });
            let at = format!("{lat:.3}, {lon:.3}{}", within.unwrap_or_default());
            format!("{} ({})", apart(&place.name), witnessmark_report::document::isolate(&at))
        }
        _ => format!("{} ({})", apart(&place.name), t.say("not in the table of places", "ليس في جدول الأماكن")),
    }
}

pub(crate) fn interval_words(time: &Interval, t: Tongue) -> String {
    let isolate = witnessmark_report::document::isolate;
    // Words that are the date itself, as a person typed it, are not said twice.
    let typed = |words: &&str| time.earliest.as_deref().is_some_and(|earliest| words.starts_with(earliest));
    let said = time.words.as_deref().filter(|w| !typed(w));
    let said = said.map(|w| format!(" “{}”", apart(w))).unwrap_or_default();
    match (&time.earliest, &time.latest) {
        (Some(a), Some(b)) if a == b => format!("{}{said}", isolate(a)),
        (Some(a), Some(b)) => format!("{}{said}", isolate(&format!("{a} – {b}"))),
        (Some(a), None) => format!("{} {}{said}", t.say("from", "من"), isolate(a)),
        (None, Some(b)) => format!("{} {}{said}", t.say("until", "حتى"), isolate(b)),
        (None, None) => format!("{}{said}", t.say("date unknown", "التاريخ غير معروف")),
    }
}

fn harm_words(harm: &Harm, t: Tongue) -> String {
    format!(
        "{} {} · {} · {}",
        witnessmark_report::document::isolate(&words::figure(harm.min, harm.max, t)),
        words::value(&harm.harm, t),
        words::value(&harm.who, t),
        words::value(&harm.scope, t)
    )
}

/// What was read in the words of a claim, field by field; what is not stated is left out.
pub(crate) fn particulars(claim: &Claim, t: Tongue) -> Vec<Particular> {
    let mut out = Vec::new();
    let mut add = |field: &str, text: String| {
        if !text.is_empty() {
            out.push(Particular { field: field.into(), text, isolate: false });
        }
    };
    let join = |list: Vec<String>| list.iter().map(|part| apart(part)).collect::<Vec<_>>().join(t.say("; ", "؛ "));
    if let Some(act) = &claim.act {
        add("act", label(act, t.code()).to_owned());
    }
    if claim.scope != "one" {
        add("scope", words::value(&claim.scope, t));
    }
    if let Some((min, max)) = claim.count {
        add("count", witnessmark_report::document::isolate(&words::figure(Some(min), Some(max), t)));
    }
    add("target", named(&claim.targets, t));
    add("victims", named(&claim.victims, t));
    add("weapon", named(&claim.weapons, t));
    add("actor", join(claim.actors.iter().map(|a| a.name.clone()).collect()));
    add("place", join(claim.places.iter().map(|p| place_words(p, t)).collect()));
    add("time", join(claim.times.iter().map(|i| interval_words(i, t)).collect()));
    add("harm", join(claim.harm.iter().map(|h| harm_words(h, t)).collect()));
    if claim.polarity != "asserted" {
        add("polarity", words::value(&claim.polarity, t));
    }
    if let Some(first_hand) = claim.first_hand {
        add("first_hand", (if first_hand { t.say("yes", "نعم") } else { t.say("no", "لا") }).into());
    }
    add("relies_on", join(claim.relies_on.iter().map(|r| r.replace('_', " ")).collect()));
    // Spans and ids of words say nothing to a reader; the words themselves are marked.
    for (name, value) in claim.more.iter().filter(|(name, _)| name.as_str() != "trigger") {
        add(name, plain(value));
    }
    out
}

/// A JSON value as words.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(map) => map.iter().map(|(k, v)| format!("{k}: {}", plain(v))).collect::<Vec<_>>().join(", "),
        Value::Null => String::new(),
        other => witnessmark_report::document::isolate(&other.to_string()),
    }
}

/// Particulars as a list of names and values.
pub(crate) fn facts(list: &[Particular], t: Tongue) -> Markup {
    html! {
        dl.facts {
            @for particular in list {
                div {
                    dt { (words::field(&particular.field, t)) }
                    dd { @if particular.isolate { (ltr(&particular.text)) } @else { (own(&particular.text)) } }
                }
            }
        }
    }
}

/// Who says it, and through whom it came.
pub(crate) fn speaker(case: &Case, claim: &Claim, t: Tongue) -> Markup {
    let item = case.items.get(&claim.item);
    let voice = item.and_then(|i| i.source.clone()).or_else(|| item.map(Item::label)).unwrap_or_default();
    let mut chain = claim.chain.clone();
    let first = chain.pop().or_else(|| claim.stated_by.clone());
    chain.reverse();
    if first.is_some() {
        chain.push(voice.clone());
        chain.dedup();
    }
    html! {
        strong { (own(first.as_deref().unwrap_or(&voice))) }
        @if !chain.is_empty() {
            " " span.through { (t.say("through ", "عبر ")) @for (i, link) in chain.iter().enumerate() { @if i > 0 { (t.say(", ", "، ")) } (own(link)) } }
        }
    }
}

/// A claim as a card: who says it, in which words, what was read in them, and who stands behind it.
pub(crate) fn claim(case: &Case, held: &Held, t: Tongue, tools: &Markup) -> Markup {
    let claim = &held.claim;
    let class = if held.standing.as_str() == "proposed" { "proposed" } else { "asserted" };
    html! {
        article.claim.(class) {
            p.who { (speaker(case, claim, t)) " " span.kind { (words::kind(&claim.predicate, t)) } }
            @if claim.quote.is_empty() {
                p.words.none { (t.say("stated by a member from looking at the item", "ذكره عضو من معاينة المادة")) }
            } @else {
                blockquote.words { (said(&claim.quote, t)) }
            }
            (facts(&particulars(claim, t), t))
            p.fine {
                (standing(held, t)) " " (item_cited(case, claim.item)) " " (claim_cite(held.key))
            }
            (tools)
        }
    }
}

/// The stretch of a text around a span, cut at the ends of sentences where they are near: before, marked, after.
pub(crate) fn context(text: &str, span: (usize, usize)) -> Option<(String, String, String)> {
    const AROUND: usize = 240;
    let chars: Vec<char> = text.chars().collect();
    let (start, end) = span;
    if start >= end || end > chars.len() {
        return None;
    }
    let ends = |c: char| matches!(c, '.' | '!' | '?' | '؟' | '\n' | '۔');
    let lowest = start.saturating_sub(AROUND);
    let from = (lowest..start).rev().find(|i| ends(chars[*i]) && chars.get(i + 1).is_some_and(|c| c.is_whitespace()));
    let from = from.map_or(lowest, |i| i + 1);
    let highest = (end + AROUND).min(chars.len());
    let to = (end..highest).find(|i| ends(chars[*i])).map_or(highest, |i| i + 1);
    let piece = |a: usize, b: usize| chars[a..b].iter().collect::<String>();
    let cut = |at: usize, edge: usize| if at == edge { "" } else { "… " };
    let before = format!("{}{}", if from == lowest { cut(from, 0) } else { "" }, piece(from, start).trim_start());
    let after = format!("{}{}", piece(end, to).trim_end(), if to == highest && to < chars.len() { " …" } else { "" });
    Some((before, piece(start, end), after))
}

/// A stretch of text with the words marked.
pub(crate) fn in_context(parts: &(String, String, String)) -> Markup {
    html! { p.context dir="auto" { (tame(&parts.0)) mark { (tame(&parts.1)) } (tame(&parts.2)) } }
}

/// Hidden in every form: without it nothing is recorded.
pub(crate) fn token(ask: &Ask) -> Markup {
    html! { input type="hidden" name="csrf" value=(ask.csrf); }
}

/// The drawing, and what it shows for who cannot see it.
pub(crate) fn figure(figure: &Figure) -> Markup {
    let mut scene = figure.scene.clone();
    scene.label.clone_from(&figure.alt);
    html! {
        figure.drawing tabindex="0" aria-label=(tame(&figure.alt)) {
            div.plate { (maud::PreEscaped(scene.svg())) }
        }
    }
}

/// Something the reader must not miss.
pub(crate) fn notice(class: &str, words: &Markup) -> Markup {
    html! { div.notice.(class) role="note" { (words) } }
}

/// What was just recorded, when a form led here.
pub(crate) fn done(ask: &Ask) -> Markup {
    let t = ask.tongue;
    let list: Vec<u64> = ask.get("done").split('.').filter_map(|n| n.parse().ok()).take(3).collect();
    html! {
        @if !list.is_empty() {
            div.notice.done role="status" {
                p {
                    (t.say("Recorded in the ledger: ", "سُجِّل في السجل: "))
                    @for n in &list { a href=(format!("/ledger?at={n}#entry-{n}")) { bdi dir="ltr" { "#" (n) } } " " }
                    (t.say("It can be taken back; it is never edited.", "يمكن سحبه، ولا يُعدَّل أبداً."))
                }
            }
        }
    }
}

/// Ways to the pages before and after: `total` things, `each` a page, the first shown at `from`.
pub(crate) fn pager(ask: &Ask, total: usize, each: usize, from: usize) -> Markup {
    let t = ask.tongue;
    let at = |start: usize| {
        let kept = ask.query.iter().filter(|(n, _)| n != "from" && n != "lang" && n != "done");
        let query: Vec<String> = kept.map(|(n, v)| format!("{}={}", encode(n), encode(v))).collect();
        let mut address = format!("{}?from={start}", ask.path);
        for pair in query {
            address.push('&');
            address.push_str(&pair);
        }
        address
    };
    html! {
        @if total > each {
            nav.pager aria-label=(t.say("More", "المزيد")) {
                @if from > 0 { a rel="prev" href=(at(from.saturating_sub(each))) { (t.say("Earlier", "السابق")) } }
                span { (ltr(format!("{}–{} / {total}", from + 1, (from + each).min(total)))) }
                @if from + each < total { a rel="next" href=(at(from + each)) { (t.say("Later", "التالي")) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_context_ends_where_sentences_end_and_marks_the_words() {
        let text = "First thing. Shells hit the bakery at noon, they said. Last thing.";
        let (before, marked, after) = context(text, (24, 34)).unwrap();
        assert_eq!(
            (before.as_str(), marked.as_str(), after.as_str()),
            ("Shells hit ", "the bakery", " at noon, they said.")
        );
        assert_eq!(context(text, (60, 400)), None);
        assert_eq!(context("", (0, 1)), None);
    }

    #[test]
    fn a_row_survives_an_address() {
        let row = RowRef { pack: witnessmark_model::PackId([3; 32]), row: 12 };
        assert_eq!(row_of(&row_slug(row)), Some(row));
        assert_eq!(row_of("x-1"), None);
    }
}
