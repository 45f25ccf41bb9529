//! The graph of origins of everything at hand: nodes, edges with their ground, circles.

use std::fmt;

use serde_json::{Value, json};
use witnessmark_model::{ClaimRef, EntryRef, ItemId};

use crate::say::{self, ltr};

/// Where something comes from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// A held item, as such.
    Item(ItemId),
    /// A speaker who is named in held items, or in whose name they are issued.
    Voice {
        /// Folded name: the same voice however it is spelt.
        key: String,
    },
    /// A speaker without a name of their own (“a nurse”, “residents”): another one in every item.
    Unnamed {
        /// The item that cites them.
        item: ItemId,
        /// As cited.
        words: String,
    },
    /// A document that is cited and not held: whose it is, and when it was issued as far as that is said.
    Cited {
        /// Folded name of its author.
        key: String,
        /// The day that is stated for it, else the item that cites it: two citations without a date are not shown to
        /// be of one document, nor to be of a dated one.
        which: String,
    },
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Node::Item(item) => write!(f, "item:{item}"),
            Node::Voice { key } => write!(f, "voice:{key}"),
            Node::Unnamed { item, words } => write!(f, "unnamed:{}:{words}", item.short()),
            Node::Cited { key, which } => write!(f, "cited:{key}:{which}"),
        }
    }
}

/// How one node stands to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeKind {
    /// Hashes within the radius of one picture.
    NearDuplicate,
    /// A part or a version of the other, as a person stated.
    SharesOrigin,
    /// The same words.
    ReusesText,
    /// Names the other as where it has it from.
    Cites,
    /// Publishes the other again.
    Republishes,
    /// In another language.
    Translates,
    /// One hand wrote both.
    SameAuthor,
    /// Issued in the name of.
    IssuedBy,
    /// A document of.
    DocumentOf,
    /// The same thing under two names.
    SameAs,
    /// Perceived side by side: two lines, with a flag.
    PresentTogether,
    /// Shown to be separate acts of perceiving.
    Separate,
    /// One owner: two lines, with a flag.
    SameOwner,
}

impl EdgeKind {
    /// Spelling in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            EdgeKind::NearDuplicate => "near_duplicate",
            EdgeKind::SharesOrigin => "shares_origin",
            EdgeKind::ReusesText => "reuses_text",
            EdgeKind::Cites => "cites",
            EdgeKind::Republishes => "republishes",
            EdgeKind::Translates => "translates",
            EdgeKind::SameAuthor => "same_author",
            EdgeKind::IssuedBy => "issued_by",
            EdgeKind::DocumentOf => "document_of",
            EdgeKind::SameAs => "same_as",
            EdgeKind::PresentTogether => "present_together",
            EdgeKind::Separate => "separate",
            EdgeKind::SameOwner => "same_owner",
        }
    }

    /// Label in English and Arabic.
    pub fn labels(self) -> (&'static str, &'static str) {
        match self {
            EdgeKind::NearDuplicate => ("is nearly the same picture as", "صورة شبه مطابقة لـ"),
            EdgeKind::SharesOrigin => ("shares its origin with", "يشترك في الأصل مع"),
            EdgeKind::ReusesText => ("reuses words of", "يعيد استعمال عبارات من"),
            EdgeKind::Cites => ("cites", "ينقل عن"),
            EdgeKind::Republishes => ("republishes", "يعيد نشر"),
            EdgeKind::Translates => ("translates", "ترجمة لـ"),
            EdgeKind::SameAuthor => ("has the same author as", "لنفس كاتب"),
            EdgeKind::IssuedBy => ("was issued by", "صادر عن"),
            EdgeKind::DocumentOf => ("is a document of", "وثيقة من"),
            EdgeKind::SameAs => ("is the same as", "هو نفسه"),
            EdgeKind::PresentTogether => ("was present together with", "كان حاضراً مع"),
            EdgeKind::Separate => ("was shown to be separate from", "ثبت انفصاله عن"),
            EdgeKind::SameOwner => ("has the same owner as", "لنفس مالك"),
        }
    }
}

/// What an edge rests on.
#[derive(Debug, Clone, PartialEq)]
pub enum Ground {
    /// A measured distance between hashes.
    Hash {
        /// Bits.
        distance: u32,
        /// Only when turned or mirrored.
        turned: bool,
    },
    /// Shared words.
    Words {
        /// How many.
        words: usize,
        /// Share of the shorter text, 0–1.
        share: f64,
    },
    /// A claim's chain of sources.
    Chain(ClaimRef),
    /// What was stated where it was collected.
    Provenance,
    /// A person's statement.
    Stated {
        /// On what ground.
        basis: String,
        /// The entry.
        by: Option<EntryRef>,
    },
}

/// One edge.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// Who has it.
    pub from: Node,
    /// From whom; for undirected kinds merely the other.
    pub to: Node,
    /// How.
    pub kind: EdgeKind,
    /// Is it known which way round?
    pub directed: bool,
    /// Why we think so.
    pub ground: Ground,
}

impl Ground {
    /// The ground in words.
    pub fn words(&self, language: &str) -> String {
        match self {
            Ground::Hash { distance, turned } => {
                let (en, ar) = if *turned {
                    (", turned or mirrored", "، بعد قلبها أو تدويرها")
                } else {
                    ("", "")
                };
                say::pick(
                    language,
                    format!("hashes differ in {distance} of 256 bits{en}"),
                    format!("تختلف البصمتان في {} من {} بت{ar}", ltr(distance), ltr(256)),
                )
            }
            Ground::Words { words, share } => {
                let percent = (share * 100.0).round();
                say::pick(
                    language,
                    format!("{words} words in common, {percent:.0} % of the shorter text"),
                    format!("{} كلمة مشتركة، {} من النص الأقصر", ltr(words), ltr(format!("{percent:.0} %"))),
                )
            }
            Ground::Chain(claim) => say::pick(
                language,
                format!("named as the source in claim {claim}"),
                format!("مذكور مصدراً في القول {}", ltr(claim)),
            ),
            Ground::Provenance => say::pick(language, "stated where it was collected", "كما ذُكر عند الجمع"),
            Ground::Stated { basis, .. } if basis.is_empty() => {
                say::pick(language, "stated by a person; the ground is not at hand", "ذكره شخص، والأساس غير متاح")
            }
            Ground::Stated { basis, .. } => {
                say::pick(language, format!("stated by a person: {basis}"), format!("ذكره شخص: {}", say::name(basis)))
            }
        }
    }

    fn to_json(&self) -> Value {
        match self {
            Ground::Hash { distance, turned } => json!({"kind": "hash", "distance": distance, "turned": turned}),
            Ground::Words { words, share } => json!({"kind": "words", "words": words, "share": share}),
            Ground::Chain(claim) => json!({"kind": "chain", "claim": claim.to_string()}),
            Ground::Provenance => json!({"kind": "provenance"}),
            Ground::Stated { basis, by } => {
                let mut value = json!({"kind": "stated", "basis": basis});
                if let Some(by) = by {
                    value["by"] = by.to_string().into();
                }
                value
            }
        }
    }
}

impl Edge {
    /// `{"from","to","kind","directed","ground":{…}}`; nodes as `item:…`, `voice:…`, `unnamed:…`, `cited:…`.
    pub fn to_json(&self) -> Value {
        json!({
            "from": self.from.to_string(), "to": self.to.to_string(), "kind": self.kind.as_str(),
            "directed": self.directed, "ground": self.ground.to_json(),
        })
    }
}

/// Sources that name each other as where they have it from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circle {
    /// In order around; each cites the next and the last cites the first.
    pub around: Vec<Node>,
    /// The claims whose chains close it.
    pub claims: Vec<ClaimRef>,
}

/// Everything that is known of where things come from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OriginGraph {
    /// All nodes, sorted.
    pub nodes: Vec<Node>,
    /// As names are to be shown: the most frequent spelling of each voice.
    pub names: std::collections::BTreeMap<String, String>,
    /// All edges, sorted by node and kind.
    pub edges: Vec<Edge>,
    /// Circular citations.
    pub circles: Vec<Circle>,
}
