//! The graph of origins of everything at hand: nodes, edges with their ground, circles.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Value, json};
use witnessmark_model::entry::Relation;
use witnessmark_model::{ClaimRef, EntryRef, ItemId};

use super::rings::{ring, strongly_connected};
use super::voices::voice_of;
use crate::facts::{Held, ItemFacts, Link};
use crate::passages::{Direction, Reuse};
use crate::pictures::{PictureJoin, SAME_WITHIN};
use crate::reads::Reads;
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
    /// A speaker without a name of their own (“a nurse”, “residents”): another one for everyone who cites them.
    Unnamed {
        /// Who cites them: `voice:…`, else `item:…`.
        within: String,
        /// As cited, folded.
        words: String,
    },
    /// A report or statement as cited: whose it is, and which.
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
            Node::Unnamed { within, words } => write!(f, "unnamed:{words}:{within}"),
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
    /// Answers the other, in a chat or under a post: says nothing about where its words come from.
    Answers,
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
            EdgeKind::Answers => "answers",
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
            EdgeKind::Answers => ("answers", "ردّ على"),
        }
    }
}

/// What an edge rests on.
#[derive(Debug, Clone, PartialEq)]
pub enum EdgeGround {
    /// A measured distance between hashes.
    Hash {
        /// Bits.
        distance: u32,
        /// Only when turned or mirrored.
        turned: bool,
    },
    /// Local points of two pictures that agree, and a residual that shows a copy.
    Points {
        /// How many agree.
        inliers: u32,
        /// Is the one a mirror image of the other?
        mirrored: bool,
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
    pub ground: EdgeGround,
}

impl EdgeGround {
    /// The ground in words.
    pub fn words(&self, language: &str) -> String {
        match self {
            EdgeGround::Hash { distance, turned } => {
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
            EdgeGround::Points { inliers, mirrored } => {
                let (en, ar) = if *mirrored { (", mirrored", "، معكوسة") } else { ("", "") };
                say::pick(
                    language,
                    format!("{inliers} points agree{en}, and what they leave shows a copy"),
                    format!("تتفق {} نقطة{ar}، وما بقي يدل على نسخة", ltr(inliers)),
                )
            }
            EdgeGround::Words { words, share } => {
                let percent = (share * 100.0).round();
                say::pick(
                    language,
                    format!("{words} words in common, {percent:.0} % of the shorter text"),
                    format!("{} كلمة مشتركة، {} من النص الأقصر", ltr(words), ltr(format!("{percent:.0} %"))),
                )
            }
            EdgeGround::Chain(claim) => say::pick(
                language,
                format!("named as the source in claim {claim}"),
                format!("مذكور مصدراً في القول {}", ltr(claim)),
            ),
            EdgeGround::Provenance => say::pick(language, "stated where it was collected", "كما ذُكر عند الجمع"),
            EdgeGround::Stated { basis, .. } if basis.is_empty() => {
                say::pick(language, "stated by a person; the ground is not at hand", "ذكره شخص، والأساس غير متاح")
            }
            EdgeGround::Stated { basis, .. } => {
                say::pick(language, format!("stated by a person: {basis}"), format!("ذكره شخص: {}", say::name(basis)))
            }
        }
    }

    fn to_json(&self) -> Value {
        match self {
            EdgeGround::Hash { distance, turned } => json!({"kind": "hash", "distance": distance, "turned": turned}),
            EdgeGround::Points { inliers, mirrored } => {
                json!({"kind": "points", "inliers": inliers, "mirrored": mirrored})
            }
            EdgeGround::Words { words, share } => json!({"kind": "words", "words": words, "share": share}),
            EdgeGround::Chain(claim) => json!({"kind": "chain", "claim": claim.to_string()}),
            EdgeGround::Provenance => json!({"kind": "provenance"}),
            EdgeGround::Stated { basis, by } => {
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
    /// As they are called, in the same order.
    pub names: Vec<String>,
    /// The claims whose chains close it, sorted.
    pub claims: Vec<ClaimRef>,
}

impl Circle {
    /// `{"around":[node],"names":[…],"claims":[…]}`.
    pub fn to_json(&self) -> Value {
        let text = |list: &[String]| list.to_vec();
        let around: Vec<String> = self.around.iter().map(Node::to_string).collect();
        let claims: Vec<String> = self.claims.iter().map(ClaimRef::to_string).collect();
        json!({"around": around, "names": text(&self.names), "claims": claims})
    }

    /// In words.
    pub fn words(&self, language: &str) -> String {
        let names = say::list(language, &self.names);
        say::pick(
            language,
            format!("circular citation: {names} name each other as their source"),
            format!("إحالة دائرية: {names} يحيل بعضهم إلى بعض"),
        )
    }
}

/// Everything that is known of where things come from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OriginGraph {
    /// All nodes, sorted.
    pub nodes: Vec<Node>,
    /// How each voice is called: the first spelling met, by key.
    pub names: BTreeMap<String, String>,
    /// All edges, sorted; of several claims that make one edge, the first.
    pub edges: Vec<Edge>,
    /// Circles of citation over everything at hand. Whether one is about one event, the lines of an incident say.
    pub circles: Vec<Circle>,
}

/// What the graph is drawn from.
pub(crate) struct Sources<'a> {
    pub items: &'a BTreeMap<ItemId, &'a ItemFacts<'a>>,
    pub claims: &'a BTreeMap<ClaimRef, &'a Held>,
    pub links: &'a [Link],
    pub pictured: &'a [ItemId],
    pub pictures: &'a PictureJoin,
    pub texts: &'a [ItemId],
    pub reuses: &'a [Reuse],
    pub reads: &'a Reads<'a>,
}

impl OriginGraph {
    /// Draws the graph. Withdrawn items stay in it.
    pub(crate) fn draw(of: &Sources<'_>) -> Self {
        let mut edges: BTreeMap<(Node, Node, EdgeKind), Edge> = BTreeMap::new();
        let mut names = BTreeMap::new();
        let mut add = |from: Node, to: Node, kind: EdgeKind, directed: bool, ground: EdgeGround| {
            if from != to {
                let key = (from.clone(), to.clone(), kind);
                edges.entry(key).or_insert(Edge { from, to, kind, directed, ground });
            }
        };
        for item in of.items.values() {
            if let Some(name) = item.voice() {
                let voice = voice_of(name, &mut names);
                add(Node::Item(item.item), voice, EdgeKind::IssuedBy, true, EdgeGround::Provenance);
            }
            if let Some(other) = item.reposts {
                add(Node::Item(item.item), Node::Item(other), EdgeKind::Republishes, true, EdgeGround::Provenance);
            }
            if let Some(other) = item.answers.filter(|other| of.items.contains_key(other)) {
                add(Node::Item(item.item), Node::Item(other), EdgeKind::Answers, true, EdgeGround::Provenance);
            }
        }
        for edge in of.pictures.clusters.iter().flat_map(|c| &c.edges) {
            let (a, b) = (Node::Item(of.pictured[edge.a]), Node::Item(of.pictured[edge.b]));
            let ground = match edge.distance <= SAME_WITHIN {
                true => EdgeGround::Hash { distance: edge.distance, turned: edge.turned },
                false => EdgeGround::Points { inliers: edge.inliers, mirrored: edge.turned },
            };
            add(a.clone().min(b.clone()), a.max(b), EdgeKind::NearDuplicate, false, ground);
        }
        for reuse in of.reuses {
            let (a, b) = (Node::Item(of.texts[reuse.a]), Node::Item(of.texts[reuse.b]));
            let ground = EdgeGround::Words { words: reuse.words(), share: reuse.share };
            match reuse.direction {
                _ if reuse.only_quoted() => add(a, b, EdgeKind::ReusesText, false, ground),
                Direction::FromA => add(b, a, EdgeKind::ReusesText, true, ground),
                Direction::FromB => add(a, b, EdgeKind::ReusesText, true, ground),
                Direction::Unknown => add(a, b, EdgeKind::ReusesText, false, ground),
            }
        }
        for link in of.links {
            let (kind, directed) = kind_of(link.relation);
            let ground = EdgeGround::Stated { basis: link.basis.clone(), by: link.by };
            add(Node::Item(link.from), Node::Item(link.to), kind, directed, ground);
        }
        for held in of.claims.values() {
            let mut from = Node::Item(held.claim.item);
            for named in of.reads.claim(&held.key).into_iter().flat_map(|read| &read.chain) {
                let to = named.cited(&held.claim, &mut names);
                add(from, to.clone(), EdgeKind::Cites, true, EdgeGround::Chain(held.key));
                if let Node::Cited { key, .. } = &to {
                    let voice = Node::Voice { key: key.clone() };
                    add(to.clone(), voice, EdgeKind::DocumentOf, true, EdgeGround::Chain(held.key));
                }
                from = to;
            }
        }
        let nodes: BTreeSet<Node> = edges.keys().flat_map(|(a, b, _)| [a.clone(), b.clone()]).collect();
        let all: BTreeSet<Node> = nodes.into_iter().chain(of.items.keys().map(|i| Node::Item(*i))).collect();
        let circles = circles(of, &names);
        OriginGraph { nodes: all.into_iter().collect(), names, edges: edges.into_values().collect(), circles }
    }

    /// How a node is called.
    pub fn name(&self, node: &Node) -> String {
        match node {
            Node::Item(item) => item.short(),
            Node::Voice { key } | Node::Cited { key, .. } => self.names.get(key).unwrap_or(key).clone(),
            Node::Unnamed { words, .. } => words.clone(),
        }
    }
}

pub(super) fn kind_of(relation: Relation) -> (EdgeKind, bool) {
    match relation {
        Relation::SameAs => (EdgeKind::SameAs, false),
        Relation::Owns => (EdgeKind::SameOwner, false),
        Relation::Reposts => (EdgeKind::Republishes, true),
        Relation::Quotes => (EdgeKind::Cites, true),
        Relation::Translates => (EdgeKind::Translates, true),
        Relation::SharesOrigin => (EdgeKind::SharesOrigin, false),
        Relation::SameAuthor => (EdgeKind::SameAuthor, false),
        Relation::PresentTogether => (EdgeKind::PresentTogether, false),
        Relation::Separate => (EdgeKind::Separate, false),
    }
}

/// Who cites whom among these claims, by voice: where two name each other, nobody outside stands behind them.
fn circles(of: &Sources<'_>, names: &BTreeMap<String, String>) -> Vec<Circle> {
    let mut index: BTreeMap<Node, usize> = BTreeMap::new();
    let mut cites: BTreeMap<(usize, usize), BTreeSet<ClaimRef>> = BTreeMap::new();
    for read in of.claims.keys().filter_map(|key| of.reads.claim(key)).filter(|read| !read.chain.is_empty()) {
        let held = read.held;
        let own = of.reads.item_of(read).and_then(|item| item.voice.as_deref());
        let own = own.map(|key| Node::Voice { key: key.to_owned() });
        let mut from = own.unwrap_or(Node::Item(held.claim.item));
        for named in &read.chain {
            let to = named.node();
            let n = index.len();
            let a = *index.entry(from).or_insert(n);
            let n = index.len();
            let b = *index.entry(to.clone()).or_insert(n);
            if a != b {
                cites.entry((a, b)).or_default().insert(held.key);
            }
            from = to;
        }
    }
    let nodes: Vec<Node> = {
        let mut by_index: Vec<(usize, Node)> = index.into_iter().map(|(node, i)| (i, node)).collect();
        by_index.sort();
        by_index.into_iter().map(|(_, node)| node).collect()
    };
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    cites.keys().for_each(|(a, b)| next[*a].push(*b));
    let name = |node: &Node| match node {
        Node::Voice { key } | Node::Cited { key, .. } => names.get(key).unwrap_or(key).clone(),
        Node::Unnamed { words, .. } => words.clone(),
        Node::Item(item) => item.short(),
    };
    let mut out: Vec<Circle> = strongly_connected(&next)
        .into_iter()
        .filter(|component| component.len() > 1)
        .map(|component| {
            let around = ring(&next, &component);
            let pairs = around.iter().zip(around.iter().cycle().skip(1));
            let claims: BTreeSet<ClaimRef> =
                pairs.flat_map(|(a, b)| cites.get(&(*a, *b)).into_iter().flatten()).copied().collect();
            let around: Vec<Node> = around.into_iter().map(|i| nodes[i].clone()).collect();
            Circle { names: around.iter().map(name).collect(), around, claims: claims.into_iter().collect() }
        })
        .collect();
    out.sort_by(|a, b| a.around.cmp(&b.around));
    out
}
