//! All pictures that go back to one: the wall of a cluster, and who had it from whom as far as that is known.
//!
//! By time of appearance as stated, the earliest first; what states no time comes last. Deliberately without a guess: a copy whose
//! origin nobody stated stands under no other.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};
use witnessmark_desk::case::Case;
use witnessmark_desk::facts::Item;
use witnessmark_desk::report::Tongue;
use witnessmark_desk::weighing::{EdgeKind, Node, PictureCluster};
use witnessmark_model::ItemId;

use super::look::{has_still, stills};
use crate::app::Room;
use crate::ask::Ask;
use crate::error::{Oops, Result};
use crate::parts::{item_cited, item_link, item_name, number, own, time, unreviewed};
use crate::shell::Page;

/// Most pictures on the wall.
const WALL: usize = 120;
/// Deepest level of the tree that is drawn.
const DEEPEST: usize = 12;
/// Kinds of edges that say who had it from whom.
const HAD_FROM: [EdgeKind; 3] = [EdgeKind::Republishes, EdgeKind::Cites, EdgeKind::SharesOrigin];

/// The cluster that an item's picture is in.
pub(crate) fn cluster_of(case: &Case, item: ItemId) -> Option<&PictureCluster> {
    let place = case.joined.pictured.iter().position(|id| *id == item)?;
    case.joined.pictures.clusters.iter().find(|cluster| cluster.members.binary_search(&place).is_ok())
}

/// Draws it.
pub(crate) fn page(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let (t, case) = (ask.tongue, room.case);
    let id: ItemId = ask.id.parse().map_err(|_| Oops::NoSuch)?;
    let item = case.items.get(&id).ok_or(Oops::NoSuch)?;
    let cluster = cluster_of(case, id).ok_or(Oops::NoSuch)?;
    let at = |place: &usize| case.joined.pictured.get(*place).and_then(|id| case.items.get(id));
    let mut members: Vec<&Item> = cluster.members.iter().filter_map(at).collect();
    members.sort_by_key(|m| (m.published().is_none(), m.published().unwrap_or_default(), m.collected.as_str(), m.id));
    let chained: Vec<&Item> = cluster.chained.iter().filter_map(at).collect();
    let title = t.say("Every copy of one picture", "كل نسخ صورة واحدة");
    let body = html! {
        p.crumbs { a href="/items" { (t.say("Items", "المواد")) } " · " (item_name(item)) }
        h1 { (title) }
        p.lead { (t.say("However many carry it, one picture is one act of perceiving. ", "مهما كثر حاملوها فالصورة الواحدة إدراك واحد. ")) (t.say("In this cluster: ", "في هذه المجموعة: ")) (number(members.len())) ". " span.standing.machine { (unreviewed(t)) } }
        section aria-labelledby="earliest" {
            h2 #earliest { (t.say("Who had it from whom", "من أخذها عمّن")) }
            p.fine { (t.say("The earliest as stated comes first. A stated time can be wrong, and the earliest at hand need not be the first there was.", "الأقدم بحسب المذكور أولاً. قد يكون الوقت المذكور خطأ، وليس أقدم ما لدينا أول ما كان بالضرورة.")) }
            (tree(case, &members, t))
        }
        section aria-labelledby="wall" {
            h2 #wall { (t.say("Side by side", "جنباً إلى جنب")) }
            (stills(members.iter().copied(), WALL, t))
            @if !chained.is_empty() {
                p.fine { (t.say("Connected only through others, so to be looked at first: ", "متصلة عبر غيرها فقط، فلينظر إليها أولاً: ")) @for (n, c) in chained.iter().take(WALL).enumerate() { @if n > 0 { " · " } (item_name(c)) } }
            }
            @if has_still(item) {
                ul.plain { @for other in members.iter().filter(|m| m.id != id && has_still(m)).take(WALL) {
                    li { a href=(format!("{}/compare?with={}", item_link(id), other.id)) { (t.say("Compare with ", "قارن مع ")) (own(other.label())) } }
                } }
            }
        }
    };
    Ok(Page::new(title, body))
}

/// Members under those that they are said to have it from; the others stand at the top.
fn tree(case: &Case, members: &[&Item], t: Tongue) -> Markup {
    let within: BTreeSet<ItemId> = members.iter().map(|m| m.id).collect();
    let mut parent: BTreeMap<ItemId, (ItemId, EdgeKind)> = BTreeMap::new();
    for edge in case.origins.edges.iter().filter(|e| e.directed && HAD_FROM.contains(&e.kind)) {
        let (Node::Item(from), Node::Item(to)) = (&edge.from, &edge.to) else { continue };
        if within.contains(from) && within.contains(to) && from != to {
            parent.entry(*from).or_insert((*to, edge.kind));
        }
    }
    let tops: Vec<&Item> = members.iter().copied().filter(|m| is_top(m.id, &parent)).collect();
    branches(case, &tops, members, &parent, 0, t)
}

/// Stands under nothing, or in a circle that nothing else opens.
fn is_top(id: ItemId, parent: &BTreeMap<ItemId, (ItemId, EdgeKind)>) -> bool {
    let (mut at, mut seen) = (id, BTreeSet::from([id]));
    while let Some((to, _)) = parent.get(&at) {
        if !seen.insert(*to) {
            // The least of a circle opens it.
            return *to == id && seen.iter().min() == Some(&id);
        }
        at = *to;
    }
    at == id
}

fn branches(
    case: &Case,
    list: &[&Item],
    members: &[&Item],
    parent: &BTreeMap<ItemId, (ItemId, EdgeKind)>,
    depth: usize,
    t: Tongue,
) -> Markup {
    html! { ul.tree {
        @for item in list.iter().take(WALL) {
            @let under: Vec<&Item> = members.iter().copied().filter(|m| parent.get(&m.id).is_some_and(|(to, _)| *to == item.id) && !(depth > 0 && is_top(m.id, parent))).collect();
            li {
                @if let (true, Some((_, kind))) = (depth > 0, parent.get(&item.id)) { span.muted { (t.say(kind.labels().0, kind.labels().1)) " ↑ " } }
                (item_cited(case, item.id))
                @if let Some(at) = item.published() { " · " (time(at)) } @else { " · " span.muted { (t.say("no time stated; came in ", "لم يُذكر وقت؛ وردت ")) (time(&item.collected)) } }
                @if let Some(source) = &item.source { " · " (own(source)) }
                @if depth == 0 && !parent.contains_key(&item.id) { " · " span.muted { (t.say("from whom is not stated", "لم يُذكر عمّن")) } }
                @if !under.is_empty() && depth < DEEPEST { (branches(case, &under, members, parent, depth + 1, t)) }
            }
        }
    } }
}
