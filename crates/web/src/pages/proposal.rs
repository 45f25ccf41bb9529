//! One proposal: the words where they stand, what the machine read in them, by which rule, and why; and the forms by which a
//! person accepts, corrects or turns it down.
//!
//! [`Sight`] is what is on the screen, as data: the page shows it, and its text is what the entry commits to as *shown*.

use maud::{Markup, html};
use serde_json::{Map, Value};
use witnessmark_archive::Archive;
use witnessmark_archive::pack::sha256;
use witnessmark_desk::case::{Case, IncidentId, Waiting, fate};
use witnessmark_desk::facts::Item;
use witnessmark_desk::report::Tongue;
use witnessmark_desk::{Held, decide};
use witnessmark_model::claim::PREDICATES;
use witnessmark_model::vocabulary::{ACTS, TARGETS, Term, WEAPONS};
use witnessmark_model::{ClaimRef, ItemId, MemberKey, RowRef};

use witnessmark_report::document::tame;

use crate::app::Room;
use crate::ask::{Ask, Form};
use crate::error::{Oops, Result};
use crate::pages::look;
use crate::parts::{
    Particular, claim, context, done, facts, in_context, item_cited, ltr, notice, own, particulars, plain, row_of,
    row_slug, said, speaker, token, unreviewed,
};
use crate::shell::Page;
use crate::words;

/// Claims of a proposed incident that are shown.
const CLAIMS: usize = 40;
/// Claims of a proposal that its entry in the list names.
const CITED_IN_LIST: usize = 3;
/// Pictures that are shown.
const STILLS: usize = 6;
/// Fields of a row that are told elsewhere on the page.
const TOLD: &[&str] = &[
    "kind",
    "item",
    "score",
    "rule",
    "reason",
    "analyzer",
    "quote",
    "span",
    "members",
    "id",
    "doc",
    "context",
    "elements",
    "label",
    "links",
    "first",
    "second",
    // Measures of how two pictures lie on each other: what they come to is said in words.
    "overlap",
    "same",
    "likeness",
    "astray",
    "moved",
    "turn",
    "past",
    // Where the words stand in a document is said in one line.
    "page",
    "box",
    "boxes",
    "sheet",
    "cell",
    "formula",
    "paragraph",
    "message",
    "record",
];

/// What a person is shown of a proposal.
pub(crate) struct Sight {
    /// The row.
    pub(crate) row: RowRef,
    /// Its kind.
    pub(crate) kind: String,
    /// The item that it speaks of.
    pub(crate) item: ItemId,
    /// Names of items involved.
    names: Vec<String>,
    /// Items involved, the one that it speaks of first.
    involved: Vec<ItemId>,
    /// What an incident would be called.
    label: Option<String>,
    /// The words around, with the words that were read.
    pub(crate) around: Option<(String, String, String)>,
    /// The words.
    quote: String,
    /// What was read.
    pub(crate) read: Vec<Particular>,
    /// Claims that it puts together.
    members: Vec<ClaimRef>,
    /// Their words, as cited.
    cited: Vec<String>,
    /// Analyzer, rule, reasons, score: how it was read.
    pub(crate) how: Vec<(&'static str, &'static str, String)>,
}

fn text(body: &Map<String, Value>, name: &str) -> String {
    body.get(name).map(plain).unwrap_or_default()
}

/// Where the words stand in a document: page, cell, paragraph, message or record.
fn place(body: &Map<String, Value>, t: Tongue) -> String {
    let of = |name: &str| body.get(name).map(plain);
    let named = [
        ("page", "page", "الصفحة"),
        ("sheet", "sheet", "الورقة"),
        ("cell", "cell", "الخلية"),
        ("paragraph", "paragraph", "الفقرة"),
        ("message", "message", "الرسالة"),
        ("record", "record", "السجل"),
    ];
    let mut parts: Vec<String> =
        named.iter().filter_map(|(name, en, ar)| Some(format!("{} {}", t.say(en, ar), of(name)?))).collect();
    if body.contains_key("formula") {
        parts.push(t.say("the file's own result of a formula", "ناتج صيغة كما هو في الملف").to_owned());
    }
    parts.join(" · ")
}

/// Reasons, one after the other.
fn list(body: &Map<String, Value>, name: &str) -> String {
    body.get(name).and_then(Value::as_array).into_iter().flatten().map(plain).collect::<Vec<_>>().join(" · ")
}

/// A confidence as a share; what exceeds one is points, which groupings count.
fn sure(score: f64) -> String {
    if score > 1.0 { format!("{score:.0} points") } else { format!("{:.0} %", score * 100.0) }
}

impl Sight {
    /// From the archive.
    pub(crate) fn of(archive: &Archive, case: &Case, row: RowRef, t: Tongue) -> Result<Self> {
        let body = archive.row(row)?;
        let kind = text(&body, "kind");
        let item: ItemId = text(&body, "item").parse().map_err(|_| Oops::NoSuch)?;
        let held = case.claims.get(&ClaimRef::Row(row));
        let around = body_span(&body).and_then(|span| context(&case.items.get(&item)?.text.as_ref()?.1, span));
        let members = match kind.as_str() {
            "incident" => witnessmark_desk::propose::members(archive, &body),
            "hint" => sides(archive, &body),
            _ => Vec::new(),
        };
        let read = match held {
            Some(held) => particulars(&held.claim, t),
            None => body
                .iter()
                .filter(|(name, _)| !TOLD.contains(&name.as_str()) && !name.starts_with("reasons"))
                .map(|(name, value)| Particular {
                    field: name.clone(),
                    text: told(case, name, value, t),
                    isolate: false,
                })
                .collect(),
        };
        let mut how = Vec::new();
        let mut add = |en, ar, words: String| {
            if !words.is_empty() {
                how.push((en, ar, words));
            }
        };
        let pack = archive.world().packs().find(|(_, o)| o.pack == row.pack).map(|(_, o)| o.clone());
        add("stands at", "موضعها", place(&body, t));
        add("read by", "قرأه", pack.map(|o| format!("{}@{}", o.analyzer, o.version)).unwrap_or_default());
        add("rule", "القاعدة", text(&body, "rule"));
        add("because", "السبب", text(&body, "reason"));
        add("why", "لماذا", list(&body, t.say("reasons", "reasons_ar")));
        add("for it", "ما يؤيده", list(&body, t.say("reasons_for", "reasons_for_ar")));
        add("against it", "ما يعارضه", list(&body, t.say("reasons_against", "reasons_against_ar")));
        let score = body.get("score").and_then(Value::as_f64);
        add("sure of its reading", "ثقتها بقراءتها", score.map(sure).unwrap_or_default());
        Ok(Sight {
            label: case.incidents.iter().find(|i| i.id == IncidentId::Proposed(row)).map(|i| i.name(t.code())),
            names: names(case, &involved(item, &body)),
            involved: involved(item, &body),
            around,
            quote: text(&body, "quote"),
            cited: members.iter().take(CLAIMS).map(|m| case.cite(*m)).collect(),
            read,
            members,
            how,
            row,
            kind,
            item,
        })
    }

    /// The text of it: what the entry records as shown. The same for the same row in the same language.
    pub(crate) fn text(&self) -> String {
        let mut lines = vec![format!("witnessmark shown/1 {} {}", self.kind, self.row)];
        lines.extend(self.label.iter().map(|l| format!("label: {l}")));
        lines.extend(self.names.iter().map(|n| format!("item: {n}")));
        match &self.around {
            Some((before, marked, after)) => lines.push(format!("words: {before}[{marked}]{after}")),
            None if !self.quote.is_empty() => lines.push(format!("words: [{}]", self.quote)),
            None => {}
        }
        lines.extend(self.read.iter().map(|p| format!("{}: {}", p.field, p.text)));
        lines.extend(self.cited.iter().map(|c| format!("claim: {c}")));
        lines.extend(self.how.iter().map(|(name, _, words)| format!("{name}: {words}")));
        lines.join("\n")
    }

    /// The text of what the list of proposals shows of it, in its language: what bulk acceptance records.
    pub(crate) fn preview_text(&self, t: Tongue) -> String {
        let name = |english: &'static str, arabic: &'static str| t.say(english, arabic);
        let mut lines = vec![format!("witnessmark shown/1 preview {} {} {}", t.code(), self.kind, self.row)];
        lines.push(words::kind(&self.kind, t).to_string());
        lines.extend(self.label.clone());
        match &self.around {
            Some((before, marked, after)) => lines.push(format!("words: {before}[{marked}]{after}")),
            None if !self.quote.is_empty() => lines.push(format!("words: [{}]", self.quote)),
            None => {}
        }
        lines.extend(self.read.iter().map(|p| format!("{}: {}", p.field, p.text)));
        lines.extend(self.cited.iter().take(CITED_IN_LIST).cloned());
        lines.extend(self.how.iter().map(|(en, ar, words)| format!("{}: {words}", name(en, ar))));
        lines.push(unreviewed(t).to_string());
        lines.join("\n")
    }

    /// What a marked proposal of the list sends back of what was on the screen.
    pub(crate) fn preview_digest(&self, t: Tongue) -> String {
        sha256(self.preview_text(t).as_bytes()).to_string()
    }

    fn digest(&self) -> String {
        sha256(self.text().as_bytes()).to_string()
    }

    fn words(&self, t: Tongue) -> Markup {
        html! {
            @if let Some(label) = &self.label { p.proposed-name { (own(label)) } }
            @match &self.around {
                Some(around) => (in_context(around)),
                None => @if !self.quote.is_empty() { blockquote.words { (said(&self.quote, t)) } },
            }
        }
    }

    fn how(&self, t: Tongue) -> Markup {
        html! {
            dl.how {
                @for (en, ar, words) in &self.how { div { dt { (t.say(en, ar)) } dd { (own(words)) } } }
            }
        }
    }
}

/// The claims of both sides of a proposed relation.
fn sides(archive: &Archive, body: &Map<String, Value>) -> Vec<ClaimRef> {
    let of = |name: &str| body.get(name).and_then(Value::as_array).into_iter().flatten();
    let claims = of("first").chain(of("second")).filter_map(|c| c.as_str()?.parse::<ClaimRef>().ok());
    claims.map(|claim| archive.world().resolved(claim)).collect()
}

fn body_span(body: &Map<String, Value>) -> Option<(usize, usize)> {
    let at = |i: usize| body.get("span")?.get(i)?.as_u64().map(|n| n as usize);
    Some((at(0)?, at(1)?))
}

/// What a field of a row says, in words where it has some.
fn told(case: &Case, field: &str, value: &Value, t: Tongue) -> String {
    let plain = named(case, value);
    words::alike(field, &plain, t).map_or(plain, str::to_owned)
}

/// Ids of items as their names; everything else as it is.
fn named(case: &Case, value: &Value) -> String {
    match value {
        Value::String(id) => match id.parse().ok().and_then(|item: ItemId| case.items.get(&item)) {
            Some(item) => item.label(),
            None => id.clone(),
        },
        Value::Array(list) => list.iter().map(|v| named(case, v)).collect::<Vec<_>>().join(", "),
        other => plain(other),
    }
}

fn involved(first: ItemId, body: &Map<String, Value>) -> Vec<ItemId> {
    let mut items = vec![first];
    for value in ["a", "b", "items"].iter().filter_map(|name| body.get(*name)) {
        let list = value.as_array().map_or_else(|| vec![value], |list| list.iter().collect());
        items.extend(list.iter().filter_map(|v| v.as_str()?.parse::<ItemId>().ok()));
    }
    items.dedup();
    items
}

fn names(case: &Case, items: &[ItemId]) -> Vec<String> {
    items.iter().filter_map(|id| case.items.get(id)).map(|i| format!("{} {}", i.label(), i.id.short())).collect()
}

/// Blurred pictures of what it speaks of; two of which it says that they are alike can be set side by side.
fn pictures(case: &Case, sight: &Sight, t: Tongue) -> Markup {
    let mut items: Vec<&Item> = sight.involved.iter().filter_map(|id| case.items.get(id)).collect();
    items.retain(|item| look::has_still(item));
    items.dedup_by_key(|item| item.id);
    html! {
        (look::stills(items.iter().copied(), STILLS, t))
        @if let ("picture_match" | "film_match", [one, other, ..]) = (sight.kind.as_str(), items.as_slice()) {
            p { a href=(format!("/items/{}/compare?with={}", one.id, other.id)) { (t.say("Set them side by side", "ضعهما جنباً إلى جنب")) } }
        }
    }
}

/// A proposal as it stands in the list.
pub(crate) fn preview(room: &Room<'_>, waiting: &Waiting, t: Tongue) -> Markup {
    let Ok(sight) = Sight::of(room.archive, room.case, waiting.row, t) else {
        return html! { p.fine { (ltr(waiting.row.short())) } };
    };
    let held = room.case.claims.get(&ClaimRef::Row(waiting.row));
    html! {
        p.who {
            span.kind { (words::kind(&sight.kind, t)) } " "
            @if let Some(held) = held { (speaker(room.case, &held.claim, t)) }
        }
        (sight.words(t))
        (facts(&sight.read, t))
        (pictures(room.case, &sight, t))
        @for cited in sight.cited.iter().take(CITED_IN_LIST) { p.fine { (own(cited)) } }
        (sight.how(t))
        p.fine { span.standing.machine { (unreviewed(t)) } " " (item_cited(room.case, waiting.item)) " " (ltr(waiting.row.short())) }
    }
}

/// Draws one.
pub(crate) fn page(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let row = row_of(&ask.id).or_else(|| room.archive.find_row(&ask.id.replace('-', "#")).ok()).ok_or(Oops::NoSuch)?;
    let sight = Sight::of(room.archive, room.case, row, t)?;
    let held = room.case.claims.get(&ClaimRef::Row(row));
    let fate = fate(room.archive, row);
    let kind = words::kind(&sight.kind, t);
    let title = format!("{}: {kind}", t.say("Proposal", "مقترح"));
    let body = html! {
        p.crumbs { a href="/queue" { (t.say("Waiting for a person", "بانتظار قرار إنسان")) } }
        h1 { (title) }
        (done(ask))
        @match fate {
            None => (notice("machine", &html! { p { (t.say("A machine read this. Nobody has decided: ", "قرأت آلة هذا. لم يقرر أحد: ")) strong { (unreviewed(t)) } } })),
            Some(word) => (notice("done", &html! { p { (t.say("Decided already: ", "سبق القرار: ")) strong { (fate_words(word, t)) } " " (decisions(room, row)) } })),
        }
        section.sight aria-label=(t.say("What was read", "ما قُرئ")) {
            p.who { @if let Some(held) = held { (speaker(room.case, &held.claim, t)) " · " } (item_cited(room.case, sight.item)) }
            (sight.words(t))
            (facts(&sight.read, t))
            (pictures(room.case, &sight, t))
            @for member in sight.members.iter().take(CLAIMS).filter_map(|m| room.case.claims.get(m)) { (claim(room.case, member, t, &html! {})) }
            (sight.how(t))
        }
        @if fate.is_none() { (forms(ask, &sight, held)) }
        p.fine { (t.say("Row ", "السطر ")) code { (ltr(row.to_string())) } }
    };
    Ok(Page::new(title, body))
}

fn fate_words(word: &str, t: Tongue) -> String {
    match word {
        "accepted" => t.say("accepted", "قُبل"),
        "corrected" => t.say("accepted with corrections", "قُبل مع تصحيح"),
        "accepted_in_bulk" => t.say("accepted in bulk, not assessed", "قُبل ضمن دفعة، ولم يُقيَّم"),
        "declined" => t.say("turned down", "رُفض"),
        "grouped" => t.say("grouped", "ضُم"),
        other => other,
    }
    .to_owned()
}

fn decisions(room: &Room<'_>, row: RowRef) -> Markup {
    html! { @for entry in room.archive.world().decisions(row) { (crate::parts::entry(entry.at)) " " (crate::parts::member(room, entry.signer)) " " (crate::parts::time(&entry.time)) " " } }
}

fn forms(ask: &Ask, sight: &Sight, held: Option<&Held>) -> Markup {
    let t = ask.tongue;
    let at = |what: &str| format!("/queue/{}/{what}", row_slug(sight.row));
    let hidden = html! { (token(ask)) input type="hidden" name="shown" value=(sight.digest()); };
    html! {
        section.decide aria-labelledby="decide" {
            h2 #decide { (t.say("Decide", "القرار")) }
            p { (t.say("You sign that this is what the item says: not that it happened.", "توقيعك يعني أن هذا ما تقوله المادة، لا أن الأمر وقع.")) }
            div.choices {
                form.choice method="post" action=(at("accept")) {
                    (hidden)
                    h3 { (t.say("Accept as it stands", "اقبل كما هو")) }
                    label for="accept-reason" { (t.say("Reason (may be left out)", "السبب (اختياري)")) }
                    input #accept-reason name="reason" dir="auto" maxlength="2000";
                    button.primary type="submit" { (t.say("Accept", "اقبل")) }
                }
                form.choice method="post" action=(at("reject")) {
                    (hidden)
                    h3 { (t.say("Turn it down", "ارفض")) }
                    label for="reject-reason" { (t.say("Reason", "السبب")) }
                    input #reject-reason name="reason" dir="auto" maxlength="2000" required;
                    button type="submit" { (t.say("Reject", "ارفض")) }
                }
            }
            @if let Some(held) = held.filter(|_| PREDICATES.contains(&sight.kind.as_str())) { (correct_form(t, &at("correct"), &hidden, held)) }
        }
    }
}

/// What stands in a field of the claim now, as a person would type it.
fn current(held: &Held, field: &str) -> String {
    let claim = &held.claim;
    let named = |list: &[witnessmark_model::claim::Named]| {
        let one = |n: &witnessmark_model::claim::Named| {
            if n.name.is_empty() || n.name.contains([',', ':']) {
                n.class.clone()
            } else {
                format!("{}: {}", n.class, n.name)
            }
        };
        list.iter().map(one).collect::<Vec<_>>().join(", ")
    };
    let harm = |which: &str| {
        let found = claim.harm.iter().find(|h| h.harm == which);
        found.map_or_else(String::new, |h| match (h.min, h.max) {
            (Some(a), Some(b)) if a != b => format!("{a}-{b}"),
            (a, b) => a.or(b).map(|n| n.to_string()).unwrap_or_default(),
        })
    };
    match field {
        "act" => claim.act.clone().unwrap_or_default(),
        "target" => named(&claim.targets),
        "weapon" => named(&claim.weapons),
        "actor" => claim.actors.first().map(|a| a.name.clone()).unwrap_or_default(),
        "place" => claim.places.first().map(|p| p.name.clone()).unwrap_or_default(),
        "time" => claim.times.first().map_or_else(String::new, |i| match (&i.earliest, &i.latest) {
            (Some(a), Some(b)) if a != b => format!("{a}/{b}"),
            (a, b) => a.clone().or_else(|| b.clone()).unwrap_or_default(),
        }),
        "scope" => claim.scope.clone(),
        "polarity" => claim.polarity.clone(),
        "killed" | "injured" => harm(field),
        "stated_by" => claim.stated_by.clone().unwrap_or_default(),
        "first_hand" => claim.first_hand.map_or("", |yes| if yes { "yes" } else { "no" }).into(),
        "quote" => claim.quote.clone(),
        _ => String::new(),
    }
}

fn terms(field: &str) -> Option<&'static [Term]> {
    match field {
        "act" => Some(ACTS),
        "target" => Some(TARGETS),
        "weapon" => Some(WEAPONS),
        _ => None,
    }
}

/// What may stand in a field that knows only a few words.
fn choices(field: &str) -> &'static [&'static str] {
    match field {
        "scope" => &["one", "counted", "campaign"],
        "polarity" => &["asserted", "denied", "hypothetical", "future"],
        "first_hand" => &["", "yes", "no"],
        _ => &[],
    }
}

fn hint(field: &str, t: Tongue) -> &'static str {
    match field {
        "time" => t.say("2031-04-12, or 2031-04-10/2031-04-12", "2031-04-12 أو 2031-04-10/2031-04-12"),
        "killed" | "injured" => t.say("5, or 5-12", "5 أو 5-12"),
        "target" | "weapon" => t.say("a term, or term: name; several with commas", "مصطلح، أو مصطلح: اسم؛ وعدة بفواصل"),
        "place" => t.say("a name; it is looked up in the table of places", "اسم يُبحث عنه في جدول الأماكن"),
        _ => "",
    }
}

fn correct_form(t: Tongue, action: &str, hidden: &Markup, held: &Held) -> Markup {
    html! {
        form.correct #correct method="post" action=(action) {
            (hidden)
            h3 { (t.say("Correct, then accept", "صحّح ثم اقبل")) }
            p.fine { (t.say("Only what you change is changed; an emptied field is cleared. The machine's reading stays on record beside yours.", "لا يتغير إلا ما تغيّره؛ والحقل المُفرَغ يُمحى. وتبقى قراءة الآلة مسجلة إلى جانب قراءتك.")) }
            div.grid {
                @for field in decide::FIELDS {
                    div.field {
                        label for=(format!("set-{field}")) { (words::field(field, t)) }
                        (control(held, field, t))
                        @if !hint(field, t).is_empty() { small { (hint(field, t)) } }
                    }
                }
            }
            label for="correct-reason" { (t.say("Reason", "السبب")) }
            input #correct-reason name="reason" dir="auto" maxlength="2000";
            button type="submit" { (t.say("Accept with these corrections", "اقبل مع هذه التصحيحات")) }
        }
    }
}

fn control(held: &Held, field: &str, t: Tongue) -> Markup {
    // Marks that turn a line around are spelt out here too; what is left alone is compared, not taken.
    let (id, now) = (format!("set-{field}"), tame(&current(held, field)));
    let few = choices(field);
    html! {
        input type="hidden" name=(format!("was-{field}")) value=(now);
        @if few.is_empty() {
            @let list = terms(field).map(|_| format!("terms-{field}"));
            input id=(id) name=(format!("set-{field}")) value=(now) dir="auto" maxlength="4000" list=[list.as_deref()] autocomplete="off";
            @if let Some(terms) = terms(field) {
                datalist id=(format!("terms-{field}")) { @for term in terms { option value=(term.id) label=(t.say(term.en, term.ar)) {} } }
            }
        } @else {
            select id=(id) name=(format!("set-{field}")) {
                @for word in few { option value=(word) selected[*word == now] { @if word.is_empty() { (t.say("not stated", "غير مذكور")) } @else if *word == "yes" { (t.say("yes", "نعم")) } @else if *word == "no" { (t.say("no", "لا")) } @else { (words::value(word, t)) } } }
            }
        }
    }
}

/// The row that a form decides on, and the text of what was on the screen; nothing when that has changed since.
fn seen(archive: &Archive, case: &Case, ask: &Ask, form: &Form) -> Result<(RowRef, String)> {
    let row = row_of(&ask.id).ok_or(Oops::NoSuch)?;
    let sight = Sight::of(archive, case, row, ask.tongue)?;
    if sight.digest() != form.get("shown") {
        return Err(Oops::Changed);
    }
    Ok((row, sight.text()))
}

/// Accepts it.
pub(crate) fn accept(archive: &mut Archive, member: MemberKey, case: &Case, ask: &Ask, form: &Form) -> Result<String> {
    let (row, shown) = seen(archive, case, ask, form)?;
    let at = decide::accept(archive, member, row, Some(shown.as_bytes()), false, form.given("reason"))?;
    Ok(format!("/queue/{}?done={}", ask.id, at.index))
}

/// Turns it down.
pub(crate) fn reject(archive: &mut Archive, member: MemberKey, case: &Case, ask: &Ask, form: &Form) -> Result<String> {
    let (row, _) = seen(archive, case, ask, form)?;
    let reason = form.given("reason").ok_or(Oops::Wrong("Say why it is turned down.", "اذكر سبب الرفض."))?;
    let at = decide::reject(archive, member, row, Some(reason))?;
    Ok(format!("/queue/{}?done={}", ask.id, at.index))
}

/// Accepts it with changes.
pub(crate) fn correct(archive: &mut Archive, member: MemberKey, case: &Case, ask: &Ask, form: &Form) -> Result<String> {
    let (row, shown) = seen(archive, case, ask, form)?;
    let changed = |field: &&&str| form.get(&format!("set-{field}")) != form.get(&format!("was-{field}"));
    let changes: Vec<(String, String)> = decide::FIELDS
        .iter()
        .filter(changed)
        .map(|field| ((*field).to_owned(), form.get(&format!("set-{field}")).to_owned()))
        .collect();
    if changes.is_empty() {
        return Err(Oops::Wrong("Nothing was changed: accept it as it stands.", "لم يتغير شيء: اقبله كما هو."));
    }
    let at = decide::correct(archive, member, row, &changes, Some(shown.as_bytes()), form.given("reason"))?;
    Ok(format!("/queue/{}?done={}", ask.id, at.index))
}
