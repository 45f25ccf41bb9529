//! Reports: the case laid out in sentences that each rest on something, for a tier and in a language.
//!
//! Sentences say who says what, in the words of the one who says it; the compiler ([`witnessmark_report::compile`]) refuses
//! whatever cannot be checked at the tier, and what is refused or generalised is counted and said. Nothing here judges.

pub mod examined;
pub mod exhibits;
pub mod figures;
mod front;
mod incidents;
mod inquiry;
mod public;
mod said;
mod tongue;
mod veil;

use std::collections::BTreeMap;

use witnessmark_archive::Archive;
use witnessmark_model::vocabulary::{Level, Tier};
use witnessmark_model::{ClaimRef, EntryRef, ItemId, RowRef};
use witnessmark_report::compile::{Citation, Compiler, Draft, Refusal, badge, may_show};
use witnessmark_report::document::{Block, Document, Heading, Inline, Language, Sentence};

use crate::case::Case;
use crate::error::{Error, Result};
use crate::facts::Item;
use crate::stills::Stills;

use exhibits::Numbered;

pub use exhibits::Exhibit;
pub use tongue::Tongue;

/// What a report is to be.
#[derive(Debug, Clone, Copy)]
pub struct Brief {
    /// Who may read it.
    pub tier: Tier,
    /// In which language.
    pub tongue: Tongue,
    /// Did nobody review anything?
    pub unattended: bool,
}

/// A report, and what stands behind it.
#[derive(Debug)]
pub struct Report {
    /// The document, for HTML and PDF.
    pub document: Document,
    /// Sentences that stand.
    pub sentences: u32,
    /// What they rest on.
    pub cited: Vec<Citation>,
    /// What is withheld, by reason.
    pub withheld: Withheld,
    /// What the sentences rest on, by number.
    pub exhibits: Vec<Exhibit>,
}

/// What is not in the report, and why. Opposing material is counted apart: leaving it out is the one thing a reader must know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Withheld {
    /// The person did not agree to this tier.
    pub consent: usize,
    /// Kept from this tier.
    pub safety: usize,
    /// No longer relied on.
    pub withdrawn: usize,
    /// Of these, claims that deny or contradict.
    pub opposing: usize,
    /// Too recent for the public.
    pub recent: usize,
    /// Names of protected sites that were left out of words and drawings.
    pub names: usize,
}

/// Works on one report.
pub(crate) struct Writer<'a> {
    archive: &'a Archive,
    case: &'a Case,
    brief: Brief,
    compiler: Compiler<'a>,
    blocks: Vec<Block>,
    withheld: Withheld,
    numbered: Numbered,
    stills: Option<&'a Stills>,
}

/// Writes a report without pictures. One sentence that cannot be supported fails it, and all such are named.
pub fn write(archive: &Archive, case: &Case, brief: Brief) -> Result<Report> {
    write_with(archive, case, brief, None)
}

/// As [`write()`], with the pictures that `stills` makes.
pub fn write_with(archive: &Archive, case: &Case, brief: Brief, stills: Option<&Stills>) -> Result<Report> {
    let mut writer = Writer {
        archive,
        case,
        brief,
        compiler: Compiler::new(archive, brief.tier),
        blocks: Vec::new(),
        withheld: Withheld::default(),
        numbered: Numbered::default(),
        stills,
    };
    writer.overview();
    if brief.tier == Tier::Public {
        writer.generalised();
    } else {
        writer.incidents();
        writer.statements();
    }
    writer.commitments();
    writer.patterns();
    if brief.tier == Tier::Internal {
        writer.unread();
    }
    writer.method();
    writer.finish()
}

impl<'a> Writer<'a> {
    fn heading(&mut self, level: u8, text: impl Into<String>, id: impl Into<String>) {
        self.blocks.push(Block::Heading(Heading { level, text: text.into(), id: id.into() }));
    }

    fn paragraph(&mut self, text: impl Into<String>) {
        self.blocks.push(Block::Paragraph(vec![Inline::text(text)]));
    }

    /// Checks sentences and sets them; an empty list sets nothing.
    fn sentences(&mut self, drafts: Vec<Draft>) {
        let mut set: Vec<Sentence> = Vec::new();
        for draft in drafts {
            let rests_on = draft.rests_on.clone();
            if let Some(sentence) = self.compiler.add(draft) {
                self.cites(&rests_on, &sentence.text);
                set.push(sentence);
            }
        }
        if !set.is_empty() {
            self.blocks.push(Block::Sentences(set));
        }
    }

    /// May this claim be shown at the tier? What may not is counted by its reason.
    fn may_say(&mut self, key: ClaimRef) -> bool {
        let Some(held) = self.case.claims.get(&key) else { return false };
        let opposing =
            held.claim.polarity == "denied" || matches!(held.claim.predicate.as_str(), "denial" | "justification");
        let refusal = match may_show(self.archive, held.claim.item, self.brief.tier) {
            Ok(true) => return true,
            Ok(false) => Refusal::Restricted(held.claim.item, self.brief.tier),
            Err(refusal) => refusal,
        };
        match refusal {
            Refusal::NoConsent(_) => self.withheld.consent += 1,
            Refusal::Withdrawn(_) => self.withheld.withdrawn += 1,
            _ => self.withheld.safety += 1,
        }
        self.withheld.opposing += usize::from(opposing);
        false
    }

    /// The level that a sentence about claims prints where no element was assessed.
    fn unassessed(&self) -> Option<(witnessmark_report::document::Badge, Level, Level)> {
        let mut badge = badge(Level::NotAssessed, false, self.brief.tongue.code());
        if self.brief.unattended {
            badge.label = self.brief.tongue.say("not assessed (unreviewed)", "لم يُقيَّم (دون مراجعة)").into();
        }
        Some((badge, Level::NotAssessed, Level::NotAssessed))
    }

    fn finish(mut self) -> Result<Report> {
        let t = self.brief.tongue;
        let (archive, case) = (self.archive, self.case);
        let sentences = self.compiler.sentences();
        let cited = self.compiler.cited().to_vec();
        self.exhibit_list(&cited);
        let exhibits = self.exhibits();
        let (tier, numbered) = (self.brief.tier, std::mem::take(&mut self.numbered));
        let describe = |citation: Citation| (describe(archive, case, citation, t, tier, &numbered), None);
        let references = self.compiler.finish(&describe).map_err(refused)?;
        if !references.is_empty() {
            self.blocks.push(Block::Heading(Heading {
                level: 2,
                text: t.say("What the sentences rest on", "ما تستند إليه الجُمَل").into(),
                id: "references".into(),
            }));
            self.blocks.push(Block::References(references));
        }
        let hidden = veil::Veil::of(case, tier, t).over(&mut self.blocks);
        if hidden > 0 {
            self.withheld.names += hidden;
        }
        let generated = archive.now().parse().unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let notices = front::notices(archive, case, &self.brief, &self.withheld);
        let document = Document {
            title: front::title(archive, t),
            subtitle: Some(front::subtitle(&self.brief)),
            language: if t == Tongue::Arabic { Language::Arabic } else { Language::English },
            watermark: archive.config().watermark.clone(),
            generated,
            notices,
            blocks: self.blocks,
        };
        Ok(Report { document, sentences, cited, withheld: self.withheld, exhibits })
    }
}

fn refused(list: Vec<(String, Refusal)>) -> Error {
    Error::Report(list.into_iter().map(|(sentence, why)| format!("“{sentence}”: {why}")).collect())
}

/// What stands in the list of references: the words and the item for members; the exhibit's number for others, and for the public
/// no words, which could name a place or a person.
fn describe(
    archive: &Archive,
    case: &Case,
    citation: Citation,
    t: Tongue,
    tier: Tier,
    numbered: &Numbered,
) -> Vec<Inline> {
    let claim = |key: ClaimRef| -> Option<Vec<Inline>> {
        let held = case.claims.get(&key)?;
        let mut words = Vec::new();
        if !held.claim.quote.is_empty() && tier != Tier::Public {
            words.push(said::quote(&held.claim.quote));
            words.push(Inline::text(" — "));
        }
        words.extend(item_words(case, held.claim.item, t, tier, numbered)?);
        if let Some((start, end)) = held.claim.span.filter(|_| tier != Tier::Public) {
            words.push(Inline::text(t.say(", characters ", "، الحروف ")));
            words.push(Inline::isolated(format!("{start}–{end}")));
        }
        Some(words)
    };
    let row = |row: RowRef| {
        let body = archive.row(row).ok()?;
        let kind = body.get("kind")?.as_str()?.replace('_', " ");
        let item = body.get("item")?.as_str()?.parse().ok()?;
        let mut words = vec![Inline::text(format!("{kind} — "))];
        words.extend(item_words(case, item, t, tier, numbered)?);
        Some(words)
    };
    let found = match citation {
        Citation::Item(item) => item_words(case, item, t, tier, numbered),
        Citation::Entry(at) => claim(ClaimRef::Entry(at)).or_else(|| entry_words(archive, at, t)),
        Citation::Row(at) => claim(ClaimRef::Row(at)).or_else(|| row(at)),
    };
    let mut words = found.unwrap_or_else(|| vec![Inline::text(t.say("an entry of the ledger", "قيد في السجل"))]);
    if let Citation::Entry(at) = citation
        && let Some(office) = archive.name_of_log(at.log)
    {
        words.push(Inline::text(t.say(" — in the ledger of ", " — في سجل ")));
        words.push(Inline::isolated(office));
    }
    words
}

/// An item by its exhibit number, and for members by its name.
fn item_words(case: &Case, item: ItemId, t: Tongue, tier: Tier, numbered: &Numbered) -> Option<Vec<Inline>> {
    let found: &Item = case.items.get(&item)?;
    let mut words = Vec::new();
    if tier == Tier::Internal {
        words.push(Inline::text(format!("\u{2068}{}\u{2069}", found.label())));
    }
    if let Some(number) = numbered.of(item) {
        if !words.is_empty() {
            words.push(Inline::text(" · "));
        }
        words.push(Inline::text(t.say("exhibit ", "المستند ")));
        words.push(Inline::isolated(format!("{number:03}")));
    }
    (!words.is_empty()).then_some(words)
}

fn entry_words(archive: &Archive, at: EntryRef, t: Tongue) -> Option<Vec<Inline>> {
    let entry = archive.world().entry(at)?;
    let members = archive.world().members();
    let signer = members.get(&entry.signer).map_or_else(|| entry.signer.short(), |m| m.name.clone());
    Some(vec![
        Inline::text(format!("{} ", entry.body.kind())),
        Inline::text(t.say("signed by ", "بتوقيع ")),
        Inline::text(signer),
        Inline::text(", "),
        Inline::isolated(entry.time.clone()),
    ])
}

/// Counts by key, largest first.
pub(crate) fn tally<K: Ord>(keys: impl IntoIterator<Item = K>) -> Vec<(K, usize)> {
    let mut counts: BTreeMap<K, usize> = BTreeMap::new();
    for key in keys {
        *counts.entry(key).or_default() += 1;
    }
    let mut list: Vec<_> = counts.into_iter().collect();
    list.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    list
}
