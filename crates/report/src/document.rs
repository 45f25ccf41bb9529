//! The document: what a report says, before it has a shape on paper or screen.
//!
//! HTML (`html`) and PDF (`pdf`) are both made from the one [`Document`], so a sentence cannot
//! stand in one and be missing from the other. All words arrive in the reader's language; the
//! few that the renderers add themselves are in `words`.
//!
//! It deliberately does not know what an archive, an incident or a claim is, decides nothing
//! about what may be said (the compiler does), and reads no clock: the date is passed in.

use crate::draw::Scene;
use crate::picture::Picture;

/// Where reading begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// Left to right, as English.
    LeftToRight,
    /// Right to left, as Arabic.
    RightToLeft,
}

impl Direction {
    /// The value of HTML's and SVG's direction attribute: `ltr` or `rtl`.
    pub fn code(self) -> &'static str {
        match self {
            Direction::LeftToRight => "ltr",
            Direction::RightToLeft => "rtl",
        }
    }

    /// Whether reading begins at the right edge.
    pub fn is_rtl(self) -> bool {
        self == Direction::RightToLeft
    }
}

/// The language a document is written in; quotations may be in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// English, left to right.
    English,
    /// Arabic, right to left.
    Arabic,
}

impl Language {
    /// The BCP 47 tag: `en` or `ar`.
    pub fn code(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Arabic => "ar",
        }
    }

    /// The direction this language is written in.
    pub fn direction(self) -> Direction {
        match self {
            Language::English => Direction::LeftToRight,
            Language::Arabic => Direction::RightToLeft,
        }
    }
}

/// A whole report.
#[derive(Clone, Debug)]
pub struct Document {
    /// Title, on the first page and in the file's metadata.
    pub title: String,
    /// One line below the title, such as the period covered or the tier.
    pub subtitle: Option<String>,
    /// Language of the document; decides direction and the renderers' own words.
    pub language: Language,
    /// Text repeated on every page, such as “Made-up town: nothing here happened”.
    pub watermark: Option<String>,
    /// When the document was made. It is the only time either renderer prints or stores.
    pub generated: jiff::Timestamp,
    /// Notices that stand before everything else.
    pub notices: Vec<Notice>,
    /// The content, in reading order.
    pub blocks: Vec<Block>,
}

/// One thing below another.
#[derive(Clone, Debug)]
pub enum Block {
    /// A heading; it enters the contents list and the PDF's bookmarks.
    Heading(Heading),
    /// Running text.
    Paragraph(Vec<Inline>),
    /// Factual sentences, each bound to its references.
    Sentences(Vec<Sentence>),
    /// A plain list.
    List(Vec<Vec<Inline>>),
    /// Names and what they stand for, such as the head of an incident.
    Facts(Vec<Fact>),
    /// A table.
    Table(Table),
    /// A drawing made by `draw`.
    Figure(Figure),
    /// A photograph or a still.
    Picture(Picture),
    /// Something the reader must not miss.
    Notice(Notice),
    /// The list that the numbers in square brackets point into.
    References(Vec<Reference>),
}

/// A heading. Level 1 is the title's own; blocks start at 2.
#[derive(Clone, Debug)]
pub struct Heading {
    /// 2 to 4; anything else is drawn as the nearest of these.
    pub level: u8,
    /// The words.
    pub text: String,
    /// Anchor; letters, digits, `-`, `_` and `.` are kept, the rest becomes `-`.
    pub id: String,
}

/// A stretch of text inside a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// Plain words in the document's language.
    Text(String),
    /// Words that carry weight.
    Strong(String),
    /// Words set apart.
    Emphasis(String),
    /// Somebody's words, exactly, in their language.
    Quote(Quote),
    /// A coordinate, time, hash, number range or id. Always left to right and cut off from the
    /// text around it: otherwise “35.1, 38.5” is *shown* as “38.5 ,35.1” in Arabic.
    Isolated(String),
    /// The number of a reference, shown as `[n]` and linked.
    Ref(u32),
}

impl Inline {
    /// Plain words.
    pub fn text(words: impl Into<String>) -> Self {
        Inline::Text(words.into())
    }

    /// A left-to-right isolate.
    pub fn isolated(words: impl Into<String>) -> Self {
        Inline::Isolated(words.into())
    }
}

/// A quotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The words without quotation marks; renderers add the marks of the document's language.
    pub text: String,
    /// BCP 47 tag of the words' language.
    pub language: String,
    /// Direction of the words.
    pub direction: Direction,
}

/// One factual sentence.
#[derive(Clone, Debug)]
pub struct Sentence {
    /// What is said.
    pub text: Vec<Inline>,
    /// Numbers into the document's [`Reference`]s; printed after the words.
    pub references: Vec<u32>,
    /// How well supported it is, as assessed.
    pub badge: Option<Badge>,
}

/// How strongly something is supported, as a colour. The words come with it, never the colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tone {
    /// Nobody has assessed it.
    Unassessed,
    /// Level 0, recorded.
    Recorded,
    /// Level 1, single source.
    SingleSource,
    /// Level 2, corroborated.
    Corroborated,
    /// Level 3, meets the check list.
    MeetsCheckList,
    /// Level 4, strongly supported.
    StronglySupported,
}

impl Tone {
    /// Every tone, weakest first.
    pub const ALL: [Tone; 6] = [
        Tone::Unassessed,
        Tone::Recorded,
        Tone::SingleSource,
        Tone::Corroborated,
        Tone::MeetsCheckList,
        Tone::StronglySupported,
    ];

    /// 0 for not assessed, 1 for level 0, up to 5 for level 4: the step on the colour ramp.
    pub fn step(self) -> usize {
        self as usize
    }
}

/// A level in words, with its tone, and the flag of being contested beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Badge {
    /// The colour.
    pub tone: Tone,
    /// The words, such as “level 2, corroborated”.
    pub label: String,
    /// The words of the flag, such as “contested”, when material stands against it.
    pub contested: Option<String>,
}

/// One line of a list of facts.
#[derive(Clone, Debug)]
pub struct Fact {
    /// What is named.
    pub name: String,
    /// What is said of it.
    pub value: Vec<Inline>,
}

/// A table. Rows shorter than the header are padded, longer ones cut, by both renderers alike.
#[derive(Clone, Debug)]
pub struct Table {
    /// What the table shows.
    pub caption: String,
    /// Column heads, as many as there are columns; repeated on every page the table reaches.
    pub header: Vec<Cell>,
    /// The rows.
    pub rows: Vec<Vec<Cell>>,
    /// Whether the first cell of each row names the row.
    pub row_heads: bool,
}

/// One cell.
#[derive(Clone, Debug)]
pub struct Cell {
    /// What it says.
    pub content: Vec<Inline>,
    /// How it looks.
    pub class: CellClass,
}

impl Cell {
    /// A cell of plain words.
    pub fn text(words: impl Into<String>) -> Self {
        Cell { content: vec![Inline::text(words)], class: CellClass::Plain }
    }

    /// A number: isolated, aligned to the far edge.
    pub fn number(words: impl Into<String>) -> Self {
        Cell { content: vec![Inline::isolated(words)], class: CellClass::Number }
    }

    /// A level in words over its colour.
    pub fn level(badge: &Badge) -> Self {
        let mut words = badge.label.clone();
        if let Some(flag) = &badge.contested {
            words.push_str(" · ");
            words.push_str(flag);
        }
        Cell { content: vec![Inline::Text(words)], class: CellClass::Level(badge.tone) }
    }
}

/// How a cell looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellClass {
    /// Words.
    Plain,
    /// A count or measure.
    Number,
    /// Something absent or of little weight.
    Muted,
    /// Tinted with a support level.
    Level(Tone),
    /// Material stands against it.
    Contested,
}

/// A drawing with its words.
#[derive(Clone, Debug)]
pub struct Figure {
    /// The drawing.
    pub scene: Scene,
    /// What it shows, for someone who cannot see it.
    pub alt: String,
    /// What stands below it.
    pub caption: Vec<Inline>,
}

/// Something the reader must not miss.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Which kind.
    pub kind: NoticeKind,
    /// The words.
    pub text: Vec<Inline>,
}

/// Kinds of notice, by what the reader is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NoticeKind {
    /// Know how this was made: invented material, unreviewed proposals.
    Note,
    /// Know what it cannot show: no countersignature, custody that began late.
    Limit,
    /// Know that something is withheld, and why.
    Withheld,
    /// Take care: graphic material, people at risk.
    Care,
}

/// One entry of the list of references.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The number printed in square brackets.
    pub number: u32,
    /// What it is, in words.
    pub label: Vec<Inline>,
    /// Id or hash by which a stranger finds it; printed as an isolate.
    pub id: Option<String>,
    /// A place inside the dossier or page: relative path or `#anchor`. Anything with a scheme or
    /// host is printed as words and never linked.
    pub link: Option<String>,
}

/// Wraps `text` so that it reads left to right and is cut off from what stands around it
/// (U+2066 … U+2069, UAX #9 §2.4). For labels that are plain strings; inside blocks use
/// [`Inline::Isolated`].
pub fn isolate(text: &str) -> String {
    format!("\u{2066}{text}\u{2069}")
}

/// Makes outside words safe to show: direction overrides and embeddings (U+202A–202E) become
/// visible marks, because in a quotation they can turn a sentence around unseen; control
/// characters become spaces; isolates stay only when they are balanced.
pub fn tame(text: &str) -> String {
    let balanced = isolates_balance(text);
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{202A}'..='\u{202E}' => out.push_str(&format!("\u{27E8}U+{:04X}\u{27E9}", c as u32)),
            '\u{2066}'..='\u{2069}' if !balanced => {}
            '\n' => out.push('\n'),
            // Not characters of XML 1.0, or invisible controls.
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

fn isolates_balance(text: &str) -> bool {
    let mut depth = 0usize;
    for c in text.chars() {
        match c {
            '\u{2066}'..='\u{2068}' => depth += 1,
            '\u{2069}' => match depth.checked_sub(1) {
                Some(less) => depth = less,
                None => return false,
            },
            _ => {}
        }
    }
    depth == 0
}

/// An anchor from an id: ASCII letters, digits, `-`, `_`, `.` kept, all else `-`.
pub fn anchor(id: &str) -> String {
    let kept = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut out: String = id.chars().map(|c| if kept(c) { c } else { '-' }).collect();
    if out.is_empty() {
        out.push('-');
    }
    out
}

/// `link` when it stays inside the page or dossier: an anchor or a relative path without scheme,
/// host, query or backslash. Everything else is `None`, so no output of ours can reach out.
pub fn local_link(link: &str) -> Option<&str> {
    let bad = |c: char| c.is_control() || c.is_whitespace() || matches!(c, ':' | '\\' | '?');
    let outward = link.starts_with("//") || link.chars().any(bad);
    (!link.is_empty() && !outward).then_some(link)
}

/// The words of some inlines, without marks, for a place that takes only plain text.
pub fn plain(inlines: &[Inline]) -> String {
    let mut out = String::new();
    for inline in inlines {
        match inline {
            Inline::Text(t) | Inline::Strong(t) | Inline::Emphasis(t) => out.push_str(t),
            Inline::Isolated(t) => out.push_str(&isolate(t)),
            Inline::Quote(q) => out.push_str(&q.text),
            Inline::Ref(n) => out.push_str(&isolate(&format!("[{n}]"))),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overrides_become_visible_and_controls_become_spaces() {
        assert_eq!(tame("a\u{202E}b\u{0}c\td"), "a⟨U+202E⟩b c d");
    }

    #[test]
    fn isolates_survive_only_when_balanced() {
        let good = isolate("35.1, 38.5");
        assert_eq!(tame(&good), good);
        assert_eq!(tame("x\u{2067}y"), "xy");
        assert_eq!(tame("x\u{2069}y\u{2066}"), "xy");
    }

    #[test]
    fn links_never_leave() {
        for bad in ["", "https://a", "//a", "javascript:x", "a\\b", "a b", "a?b"] {
            assert_eq!(local_link(bad), None, "{bad}");
        }
        for good in ["#ref-1", "items/3.html", "/incident/2"] {
            assert_eq!(local_link(good), Some(good));
        }
    }

    #[test]
    fn anchors_hold_only_safe_letters() {
        assert_eq!(anchor("a b\"<ش"), "a-b---");
        assert_eq!(anchor(""), "-");
    }
}
