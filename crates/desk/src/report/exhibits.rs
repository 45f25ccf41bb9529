//! Exhibits: every item that a sentence rests on gets a number, in the order of its first use; its picture, where it is one, stands
//! with the incident, gray and blurred unless somebody said that it is not graphic; and the list of all of them says when custody
//! began, who alone can say what was before, what is withheld of the same incident, and which references rest on it.
//!
//! Deliberately strict about what may be carried out of the archive ([`Kept`]): what is not clearly allowed stays.

use std::collections::{BTreeMap, BTreeSet};

use witnessmark_archive::bundle::Note;
use witnessmark_model::vocabulary::{Tier, label};
use witnessmark_model::{ClaimRef, EntryRef, ItemId};
use witnessmark_report::compile::{Citation, Draft, Refusal, may_show};
use witnessmark_report::document::{Block, Fact, Inline, plain};
use witnessmark_report::picture::{Picture, Veil};

use super::public::is_protected;
use super::{Tongue, Writer};
use crate::case::{Case, IncidentCase};
use crate::facts::Item;
use crate::stills::{Care, Look, Pixels, Stills, care, is_picture};

/// Pictures of one incident.
const MOST_PICTURES: usize = 12;
/// Sentences that are kept for one exhibit.
const MOST_CITING: usize = 6;
/// Bytes of the largest original that goes into a dossier.
pub const MOST_BYTES: u64 = 256 << 20;

/// Why an original stays in the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// No original goes to the public.
    Public,
    /// It lies under a person's key.
    Sealed,
    /// It shows where a protected site is, or speaks of one.
    Protected,
    /// It is too long for a dossier.
    Large,
    /// Its bytes are not at hand.
    Absent,
}

impl Kept {
    /// In English and Arabic.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Kept::Public => (
                "No original goes to the public: its bytes, names and hash could lead to people.",
                "لا يخرج أي أصل إلى العلن: فبايتاته وأسماؤه وبصمته قد تدل على أشخاص.",
            ),
            Kept::Sealed => (
                "It lies under the key of a person whom it could harm, and leaves the archive only by that person's own decision.",
                "تحت مفتاح شخص قد يضره كشفه، ولا يغادر الأرشيف إلا بقرار منه.",
            ),
            Kept::Protected => (
                "It gives, or may give, the exact place of a medical, shelter, aid or rescue site.",
                "يبيّن أو قد يبيّن الموقع الدقيق لموقع طبي أو موقع إيواء أو إغاثة أو إنقاذ.",
            ),
            Kept::Large => (
                "It is too long for a dossier; ask for it by its number.",
                "أطول من أن يوضع في ملف الإثبات؛ اطلبه برقمه.",
            ),
            Kept::Absent => ("Its bytes are not at hand here.", "بايتاته غير متاحة هنا."),
        }
    }
}

/// An item that the report cites.
#[derive(Debug, Clone)]
pub struct Exhibit {
    /// From 1, in the order of first use.
    pub number: u32,
    /// The item.
    pub item: ItemId,
    /// What it is.
    pub media_type: String,
    /// The entry by which it came in.
    pub entry: EntryRef,
    /// When custody began, and who alone can say what was before.
    pub custody: Note,
    /// How much of the material on the same incidents is withheld, and why.
    pub withheld: Note,
    /// The first sentences that cite it.
    pub cited_by: Vec<String>,
    /// Why it may not be carried; nothing where it may.
    pub kept: Option<Kept>,
}

/// Numbers that were given, and what cites them.
#[derive(Debug, Default)]
pub(super) struct Numbered {
    order: Vec<ItemId>,
    numbers: BTreeMap<ItemId, u32>,
    cited_by: BTreeMap<ItemId, Vec<String>>,
    pictured: BTreeSet<ItemId>,
}

impl Numbered {
    /// The number of an item, a new one where it has none.
    pub(super) fn number(&mut self, item: ItemId) -> u32 {
        if let Some(number) = self.numbers.get(&item) {
            return *number;
        }
        self.order.push(item);
        let number = self.order.len() as u32;
        self.numbers.insert(item, number);
        number
    }

    /// The number that an item has.
    pub(super) fn of(&self, item: ItemId) -> Option<u32> {
        self.numbers.get(&item).copied()
    }

    fn cite(&mut self, item: ItemId, sentence: &str) {
        self.number(item);
        let list = self.cited_by.entry(item).or_default();
        if list.len() < MOST_CITING && !list.iter().any(|there| there == sentence) {
            list.push(sentence.to_owned());
        }
    }
}

/// The day that is claimed of what an item speaks of: the earliest, of its own claims or of those it stands beside.
fn claimed_day(case: &Case, item: ItemId) -> Option<jiff::civil::Date> {
    let day = |key: &ClaimRef| {
        let times = case.claims.get(key).into_iter().flat_map(|held| &held.claim.times);
        times.filter_map(|time| time.earliest.as_deref()?.get(..10)?.parse().ok()).min()
    };
    let of_it = |key: &&ClaimRef| case.claims.get(key).is_some_and(|held| held.claim.item == item);
    let beside = || case.incidents_of(item).flat_map(|i| &i.members);
    beside().filter(of_it).filter_map(day).min().or_else(|| beside().filter_map(day).min())
}

/// “Custody with this archive begins DATE, N days after the claimed event; before that there is only what X says.”
pub(super) fn custody(case: &Case, item: &Item) -> Note {
    let began = item.collected.get(..10).unwrap_or(&item.collected);
    let mut en = format!("Custody with this archive begins {began}");
    let mut ar = format!("تبدأ سلسلة الحفظ لدى هذا الأرشيف في \u{2066}{began}\u{2069}");
    let days = began.parse::<jiff::civil::Date>().ok().zip(claimed_day(case, item.id));
    match days.and_then(|(began, event)| Some((began.since(event).ok()?.get_days(), event))) {
        Some((0, event)) => {
            en.push_str(&format!(", on the day of the claimed event ({event})"));
            ar.push_str(&format!("، في يوم الحدث المنسوب (\u{2066}{event}\u{2069})"));
        }
        Some((1, event)) => {
            en.push_str(&format!(", 1 day after the claimed event ({event})"));
            ar.push_str(&format!("، بعد يوم واحد من الحدث المنسوب (\u{2066}{event}\u{2069})"));
        }
        Some((n, event)) if n > 1 => {
            en.push_str(&format!(", {n} days after the claimed event ({event})"));
            let noun = if (3..=10).contains(&(n % 100)) { "أيام" } else { "يوماً" };
            ar.push_str(&format!("، بعد \u{2066}{n}\u{2069} {noun} من الحدث المنسوب (\u{2066}{event}\u{2069})"));
        }
        _ => {}
    }
    let source = item.source.as_deref().filter(|_| item.subject.is_none());
    let who = source.map(|s| format!("\u{2068}{s}\u{2069}"));
    en.push_str(&format!("; before that there is only what {} says.", who.as_deref().unwrap_or("whoever gave it")));
    ar.push_str(&format!("؛ وقبل ذلك ليس هناك إلا ما يقوله {}.", who.as_deref().unwrap_or("من قدّمه")));
    Note { en, ar: Some(ar) }
}

/// Claims of the same incidents that are not shown at a tier, by reason: consent, safety, and how many of all oppose.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Beside {
    consent: usize,
    safety: usize,
    withdrawn: usize,
    opposing: usize,
}

impl Beside {
    fn note(self) -> Note {
        Note { en: self.words(Tongue::English), ar: Some(self.words(Tongue::Arabic)) }
    }

    fn words(self, t: Tongue) -> String {
        let Beside { consent, safety, withdrawn, opposing } = self;
        if t == Tongue::Arabic {
            return format!(
                "ما حُجب من مواد الوقائع نفسها: لعدم الموافقة {consent}، للسلامة {safety}، للسرية المهنية 0، لسحبها {withdrawn}؛ ومن المواد المخالفة المحجوبة: {opposing}."
            );
        }
        format!(
            "Withheld of the material on the same incidents: for want of consent {consent}, for safety {safety}, as privileged 0, withdrawn {withdrawn}; opposing material withheld: {opposing}."
        )
    }
}

impl Writer<'_> {
    /// The items that a citation speaks of.
    fn item_of(&self, citation: Citation) -> Option<ItemId> {
        let of_claim = |key: ClaimRef| self.case.claims.get(&key).map(|held| held.claim.item);
        match citation {
            Citation::Item(item) => Some(item),
            Citation::Entry(at) => of_claim(ClaimRef::Entry(at)),
            Citation::Row(row) => of_claim(ClaimRef::Row(row)).or_else(|| {
                let body = self.archive.row(row).ok()?;
                body.get("item")?.as_str()?.parse().ok()
            }),
        }
    }

    /// Takes note that a sentence stands and cites these.
    pub(super) fn cites(&mut self, rests_on: &[Citation], text: &[Inline]) {
        let items: Vec<ItemId> = rests_on.iter().filter_map(|citation| self.item_of(*citation)).collect();
        let words = untied(&with_quotes(text));
        for item in items {
            self.numbered.cite(item, &words);
        }
    }

    /// The incident's pictures, each with what it is evidence for.
    pub(super) fn pictures(&mut self, incident: &IncidentCase) {
        let Some(stills) = self.stills else { return };
        let case = self.case;
        let of_claims = incident.members.iter().filter_map(|key| Some(case.claims.get(key)?.claim.item));
        let of_lines = incident.weighed.elements.iter().flat_map(|e| &e.lines.lines).flat_map(|l| l.items.clone());
        let items: BTreeSet<ItemId> = of_claims.chain(of_lines).collect();
        let shown: Vec<&Item> = items
            .iter()
            .filter_map(|id| case.items.get(id))
            .filter(|item| is_picture(&item.media_type) && !self.numbered.pictured.contains(&item.id))
            .filter(|item| may_show(self.archive, item.id, self.brief.tier) == Ok(true))
            .take(MOST_PICTURES)
            .collect();
        for item in shown {
            self.picture(incident, item, stills);
        }
    }

    fn picture(&mut self, incident: &IncidentCase, item: &Item, stills: &Stills) {
        let t = self.brief.tongue;
        let number = self.numbered.number(item.id);
        let draft = self.evidence(incident, item, number);
        self.numbered.pictured.insert(item.id);
        let rests_on = draft.rests_on.clone();
        let Some(sentence) = self.compiler.add(draft) else { return };
        self.cites(&rests_on, &sentence.text);
        let mut caption = sentence.text.clone();
        for reference in &sentence.references {
            caption.push(Inline::text(" "));
            caption.push(Inline::Ref(*reference));
        }
        // What lies under a person's key, or gives a protected place, has no picture on paper, not even a blur.
        let made = match self.kept(item) {
            None | Some(Kept::Large) => self.still(item, stills).map_err(|why| why.to_owned()),
            Some(kept) => Err(t.of(kept.words()).to_owned()),
        };
        let picture = made.and_then(|(Pixels { width, height, bytes, .. }, veil)| {
            let alt = self.alt(item, number);
            Picture::of_pixels((width, height), &bytes, veil, alt, caption.clone()).map_err(|e| e.to_string())
        });
        match picture {
            Ok(picture) => self.blocks.push(Block::Picture(picture)),
            Err(why) => {
                caption.push(Inline::text(format!(" {} ", t.say("No picture of it stands here:", "لا صورة لها هنا:"))));
                caption.push(Inline::text(why));
                self.blocks.push(Block::Paragraph(caption));
            }
        }
    }

    /// Pixels, blurred unless somebody said that there is no need.
    fn still(&self, item: &Item, stills: &Stills) -> std::result::Result<(Pixels, Veil), &'static str> {
        let t = self.brief.tongue;
        let (look, veil) = match care(item) {
            Care::Graphic => (Look::Veiled, Veil::Graphic),
            Care::Unknown => (Look::Veiled, Veil::Unknown),
            Care::Spoken => (Look::Shown, Veil::None),
        };
        let bytes = self.archive.read(item.id).map_err(|_| t.of(Kept::Absent.words()))?.to_vec();
        let made = stills.make(look, &item.media_type, bytes, item.subject.is_some());
        let pixels = made.map_err(|_| t.say("the file could not be opened.", "تعذّر فتح الملف."))?;
        Ok((pixels, veil))
    }

    /// “Exhibit 3, a picture from X, is evidence for: place, time.”
    fn evidence(&self, incident: &IncidentCase, item: &Item, number: u32) -> Draft {
        let t = self.brief.tongue;
        let case = self.case;
        let is_of_it = |key: &ClaimRef| case.claims.get(key).is_some_and(|held| held.claim.item == item.id);
        let elements: Vec<String> = incident
            .weighed
            .elements
            .iter()
            .filter(|weighed| {
                weighed.values.iter().flat_map(|(_, keys)| keys).any(is_of_it)
                    || weighed.lines.lines.iter().any(|line| line.items.contains(&item.id))
            })
            .map(|weighed| t.of(weighed.element.labels()).to_owned())
            .collect();
        let mut rests_on: Vec<Citation> = incident
            .members
            .iter()
            .filter(|key| is_of_it(key) && may_show(self.archive, item.id, self.brief.tier) == Ok(true))
            .map(|key| Citation::from(*key))
            .collect();
        if rests_on.is_empty() {
            rests_on.push(Citation::Item(item.id));
        }
        let mut text = vec![
            Inline::Strong(format!("{} ", t.say("Exhibit", "المستند"))),
            Inline::isolated(format!("{number:03}")),
            Inline::text(t.say(", a picture", "، صورة")),
        ];
        if let Some(source) = item.source.as_deref() {
            text.push(Inline::text(t.say(" from ", " من ")));
            text.push(Inline::text(format!("\u{2068}{source}\u{2069}")));
        }
        text.push(Inline::text(match elements.is_empty() {
            true => t.say(", stands beside what is said.", "، ترافق ما قيل.").to_owned(),
            false => format!("{}{}.", t.say(", is offered as evidence for: ", "، تُقدَّم دليلاً على: "), t.list(&elements)),
        }));
        Draft { text, rests_on, level: None }
    }

    /// What it shows, for who cannot see it: in the words of members who looked at it, where there are any.
    fn alt(&self, item: &Item, number: u32) -> String {
        let t = self.brief.tongue;
        let mut seen: Vec<String> = Vec::new();
        for held in self.case.claims_of(item.id).filter(|held| held.claim.quote.is_empty()) {
            let classes = held.claim.targets.iter().map(|n| label(&n.class, t.code()));
            seen.extend(classes.chain(held.claim.act.as_deref().map(|act| label(act, t.code()))).map(str::to_owned));
        }
        seen.sort();
        seen.dedup();
        let mut words = format!("{} {number:03}", t.say("Picture, exhibit", "صورة، المستند"));
        if self.brief.tier == Tier::Internal {
            words.push_str(&format!(": {}", item.label()));
        }
        if !seen.is_empty() {
            words.push_str(&format!("; {}{}", t.say("said to show: ", "يُقال إنها تُظهر: "), t.list(&seen)));
        }
        if care(item) != Care::Spoken {
            words.push_str(t.say("; shown gray and blurred", "؛ معروضة رمادية ومموّهة"));
        }
        words
    }

    /// Why an original may not be carried at this tier; nothing where it may.
    fn kept(&self, item: &Item) -> Option<Kept> {
        if self.brief.tier == Tier::Public {
            return Some(Kept::Public);
        }
        if item.subject.is_some() {
            return Some(Kept::Sealed);
        }
        if self.brief.tier != Tier::Internal && speaks_of_protected(self.case, item) {
            return Some(Kept::Protected);
        }
        (item.size > MOST_BYTES).then_some(Kept::Large)
    }

    fn beside(&self, item: ItemId) -> Beside {
        let mut beside = Beside::default();
        let keys: BTreeSet<ClaimRef> = self.case.incidents_of(item).flat_map(|i| i.members.iter().copied()).collect();
        for held in keys.iter().filter_map(|key| self.case.claims.get(key)) {
            match may_show(self.archive, held.claim.item, self.brief.tier) {
                Ok(true) => continue,
                Err(Refusal::NoConsent(_)) => beside.consent += 1,
                Err(Refusal::Withdrawn(_)) => beside.withdrawn += 1,
                _ => beside.safety += 1,
            }
            let claim = &held.claim;
            let opposes = claim.polarity == "denied" || matches!(claim.predicate.as_str(), "denial" | "justification");
            beside.opposing += usize::from(opposes);
        }
        beside
    }

    /// All exhibits, in the order of their numbers.
    pub(super) fn exhibits(&self) -> Vec<Exhibit> {
        let one = |(n, id): (usize, &ItemId)| {
            let item = self.case.items.get(id)?;
            Some(Exhibit {
                number: n as u32 + 1,
                item: *id,
                media_type: item.media_type.clone(),
                entry: *item.captures.first()?,
                custody: custody(self.case, item),
                withheld: self.beside(*id).note(),
                cited_by: self.numbered.cited_by.get(id).cloned().unwrap_or_default(),
                kept: self.kept(item),
            })
        };
        self.numbered.order.iter().enumerate().filter_map(one).collect()
    }

    /// The list of exhibits as it is printed, with the references that rest on each.
    pub(super) fn exhibit_list(&mut self, cited: &[Citation]) {
        let t = self.brief.tongue;
        let mut references: BTreeMap<ItemId, Vec<u32>> = BTreeMap::new();
        for (number, citation) in (1u32..).zip(cited) {
            if let Some(item) = self.item_of(*citation) {
                self.numbered.number(item);
                references.entry(item).or_default().push(number);
            }
        }
        let exhibits = self.exhibits();
        if exhibits.is_empty() {
            return;
        }
        self.heading(2, t.say("Exhibits", "المستندات"), "exhibits");
        if self.brief.tier == Tier::Public {
            let (en, ar) = Kept::Public.words();
            self.paragraph(format!(
                "{} {}",
                t.say("None is carried or described here.", "لا يُرفق منها شيء ولا يوصف هنا."),
                t.say(en, ar)
            ));
            return;
        }
        self.paragraph(t.say(
            "What the sentences rest on, by number. A dossier carries the originals under these numbers where it may; of the others it says why not.",
            "ما تستند إليه الجمل، بأرقامه. ويحمل ملف الإثبات الأصول بهذه الأرقام حيث يجوز، ويذكر سبب غياب ما عداها.",
        ));
        let countersigned = self.archive.countersigned().unwrap_or_default().words();
        let fact = |exhibit: &Exhibit| {
            let references = references.get(&exhibit.item).map_or(&[][..], Vec::as_slice);
            self.exhibit_fact(exhibit, references, &countersigned)
        };
        let facts = exhibits.iter().map(fact).collect();
        self.blocks.push(Block::Facts(facts));
    }

    fn exhibit_fact(&self, exhibit: &Exhibit, references: &[u32], countersigned: &(String, String)) -> Fact {
        let t = self.brief.tongue;
        let mut value = Vec::new();
        if let Some(item) = self.case.items.get(&exhibit.item) {
            if self.brief.tier == Tier::Internal {
                value.push(Inline::Strong(format!("\u{2068}{}\u{2069}", item.label())));
                value.push(Inline::text(" · "));
            }
            value.push(Inline::isolated(format!("{} · {} bytes", item.media_type, item.size)));
            value.push(Inline::text(". "));
        }
        let custody = &exhibit.custody;
        let said = t.say(&custody.en, custody.ar.as_deref().unwrap_or(&custody.en)).to_owned();
        let (en, ar) = countersigned;
        value.push(Inline::text(format!("{said} {} ", t.say(en, ar))));
        let withheld = &exhibit.withheld;
        value.push(Inline::text(t.say(&withheld.en, withheld.ar.as_deref().unwrap_or(&withheld.en)).to_owned()));
        if let Some(kept) = exhibit.kept {
            value.push(Inline::text(format!(" {} {}", t.say("Not carried:", "لا يُرفق:"), t.of(kept.words()))));
        }
        if !references.is_empty() {
            value.push(Inline::text(t.say(" Cited as", " يُحال إليه بـ")));
            for number in references {
                value.push(Inline::text(" "));
                value.push(Inline::Ref(*number));
            }
            value.push(Inline::text("."));
        }
        Fact { name: format!("{} \u{2066}{:03}\u{2069}", t.say("Exhibit", "المستند"), exhibit.number), value }
    }
}

/// Does it speak of, or stand beside claims about, a site whose place is kept from everybody outside?
fn speaks_of_protected(case: &Case, item: &Item) -> bool {
    let names_one = |key: &ClaimRef| {
        case.claims.get(key).is_some_and(|held| held.claim.targets.iter().any(|target| is_protected(&target.class)))
    };
    case.claims_of(item.id).any(|held| names_one(&held.key))
        || case.incidents_of(item.id).any(|incident| incident.members.iter().any(names_one))
}

/// The words of a sentence, with marks around what somebody said.
fn with_quotes(text: &[Inline]) -> String {
    text.iter().fold(String::new(), |mut out, inline| {
        match inline {
            Inline::Quote(quote) => out.push_str(&format!("“{}”", quote.text)),
            other => out.push_str(&plain(std::slice::from_ref(other))),
        }
        out
    })
}

/// Without the marks that isolate: this goes into a list of plain lines.
fn untied(text: &str) -> String {
    text.replace(['\u{2066}', '\u{2067}', '\u{2068}', '\u{2069}'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_given_once_and_in_order() {
        let mut numbered = Numbered::default();
        let item = |n: u8| ItemId([n; 32]);
        assert_eq!((numbered.number(item(9)), numbered.number(item(1)), numbered.number(item(9))), (1, 2, 1));
        for n in 0..10 {
            numbered.cite(item(1), &format!("sentence {n}"));
            numbered.cite(item(1), "sentence 0");
        }
        assert_eq!(numbered.cited_by[&item(1)].len(), MOST_CITING);
        assert_eq!((numbered.of(item(1)), numbered.of(item(2))), (Some(2), None));
    }

    #[test]
    fn every_reason_has_words_in_both_languages() {
        for kept in [Kept::Public, Kept::Sealed, Kept::Protected, Kept::Large, Kept::Absent] {
            let (en, ar) = kept.words();
            assert!(en.ends_with('.') && ar.ends_with('.') && en.is_ascii() && !ar.is_ascii());
        }
        assert!(
            Beside { opposing: 2, ..Beside::default() }
                .words(Tongue::English)
                .contains("opposing material withheld: 2")
        );
    }
}
