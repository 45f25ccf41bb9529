//! Drawings of the case: map, timeline, corroboration matrix, origin graph. Drawn by the report room, shared with the pages.

use std::collections::{BTreeMap, BTreeSet};

use witnessmark_archive::Archive;
use witnessmark_model::ItemId;
use witnessmark_model::vocabulary::{Element, Level, Tier};
use witnessmark_report::compile::badge;
use witnessmark_report::document::{Block, Figure, Inline, isolate};
use witnessmark_report::draw::{graph, map, matrix, timeline};
use witnessmark_weigh::facts::ItemKind;
use witnessmark_weigh::level::{Against, ElementWeighed};
use witnessmark_weigh::origin::{EdgeKind, Independence, Line, Node, Perceiving};

use super::public::is_protected;
use super::{Brief, Tongue};
use crate::case::{Case, IncidentCase};
use crate::facts::Item;
use crate::spots::{Cell, ONE_BY_ONE, Spot, cells, shown, spot};

/// Most incidents of which a timeline is drawn.
pub const ROWS: usize = 200;

/// Places of all incidents over the outlines that the archive holds. Below `internal` no protected site is drawn.
pub(super) fn map(archive: &Archive, case: &Case, brief: &Brief) -> Option<Block> {
    let mut spots = Vec::new();
    let mut kept = 0;
    for incident in &case.incidents {
        let claims = shown(archive, case, incident, brief.tier);
        let names_protected = claims.iter().flat_map(|h| &h.claim.targets).any(|target| is_protected(&target.class));
        if brief.tier != Tier::Internal && names_protected {
            kept += 1;
            continue;
        }
        spots.extend(spot(incident, &claims));
    }
    map_of(archive, &spots, kept, brief).map(Block::Figure)
}

/// One incident as it is marked.
fn mark_of(spot: &Spot<'_>, t: Tongue) -> map::MapPoint {
    let weighed = spot.incident.weighed.elements.iter().find(|e| e.element == Element::Place);
    map::MapPoint {
        place: map::Place { longitude: spot.longitude, latitude: spot.latitude },
        uncertainty_m: spot.uncertainty_m,
        label: spot.incident.name_isolated(t.code()),
        tone: badge(spot.incident.level(Element::Place), false, t.code()).tone,
        contested: weighed.is_some_and(|w| w.contested.contested),
        link: None,
    }
}

/// Those of a cell as one mark, in their middle, with their number; supported as the least supported of them is.
fn mark_of_many(cell: &Cell<'_, '_>, t: Tongue) -> map::MapPoint {
    if let [one] = cell.spots[..] {
        return mark_of(one, t);
    }
    let many = cell.spots.len() as f64;
    let level = cell.spots.iter().map(|spot| spot.incident.level(Element::Place)).min();
    let weighed = cell.spots.iter().flat_map(|spot| &spot.incident.weighed.elements);
    map::MapPoint {
        place: map::Place {
            longitude: cell.spots.iter().map(|spot| spot.longitude).sum::<f64>() / many,
            latitude: cell.spots.iter().map(|spot| spot.latitude).sum::<f64>() / many,
        },
        uncertainty_m: 0.0,
        label: isolate(&cell.spots.len().to_string()),
        tone: badge(level.unwrap_or(Level::NotAssessed), false, t.code()).tone,
        contested: weighed.filter(|e| e.element == Element::Place).any(|e| e.contested.contested),
        link: None,
    }
}

/// These places, each by itself where they are few, and by cells where they are many; `kept` more are not to be drawn.
pub fn map_of(archive: &Archive, spots: &[Spot<'_>], kept: usize, brief: &Brief) -> Option<Figure> {
    let t = brief.tongue;
    let many = spots.len() > ONE_BY_ONE;
    let points: Vec<map::MapPoint> = match many {
        false => spots.iter().map(|spot| mark_of(spot, t)).collect(),
        true => cells(spots).iter().map(|cell| mark_of_many(cell, t)).collect(),
    };
    if points.is_empty() {
        return None;
    }
    let outlines: Vec<map::Outline> = crate::places::outlines(archive)
        .unwrap_or_default()
        .into_iter()
        .map(|o| map::Outline {
            name: Some(o.name),
            rings: vec![o.ring.into_iter().map(|(longitude, latitude)| map::Place { longitude, latitude }).collect()],
        })
        .collect();
    let mut notes = vec![
        t.say(
            "Circles show within what distance each place is thought to lie. Borders are contested.",
            "تبيّن الدوائر المسافة التي يُعتقد أن المكان يقع ضمنها. والحدود محل نزاع.",
        )
        .to_owned(),
        t.say(
            "Names of places: GeoNames (CC BY 4.0) and the archive's own sheets.",
            "أسماء الأماكن: GeoNames (CC BY 4.0) وجداول الأرشيف.",
        )
        .to_owned(),
    ];
    if many {
        let what = t.say(
            "A mark with a number beside it stands for that many incidents, in the middle of where they lie. Incidents on this map: ",
            "العلامة التي بجانبها عدد تمثل ذلك العدد من الوقائع، في وسط مواضعها. عدد الوقائع على هذه الخريطة: ",
        );
        notes.push(format!("{what}{}", isolate(&spots.len().to_string())));
    }
    if kept > 0 {
        let what = t.say(
            "Not drawn, because they name a medical, shelter, aid, rescue or worship site: ",
            "غير مرسومة لأنها تسمّي موقعاً طبياً أو موقع إيواء أو إغاثة أو إنقاذ أو عبادة: ",
        );
        notes.push(format!("{what}{}", isolate(&kept.to_string())));
    }
    let label = t.say("Map of reported incidents", "خريطة الوقائع الواردة");
    let scene = map::draw(&map::Map {
        label,
        direction: t.direction(),
        outlines: &outlines,
        points: &points,
        units: t_units(t),
        notes: &notes,
    });
    Some(figure(scene, label))
}

fn t_units(t: Tongue) -> (&'static str, &'static str) {
    if t == Tongue::Arabic { ("كم", "م") } else { ("km", "m") }
}

fn figure(scene: witnessmark_report::draw::Scene, label: &str) -> Figure {
    Figure { scene, alt: label.to_owned(), caption: vec![Inline::text(label)] }
}

fn seconds(text: &str, end_of_day: bool) -> Option<i64> {
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Some(at.as_second());
    }
    let date: jiff::civil::Date = text.get(..10)?.parse().ok()?;
    let midnight = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second();
    let time = text.get(11..16).and_then(|hm| {
        let (h, m) = hm.split_once(':')?;
        Some(h.parse::<i64>().ok()? * 3600 + m.parse::<i64>().ok()? * 60)
    });
    Some(midnight + time.unwrap_or(if end_of_day { 86_399 } else { 0 }))
}

/// The timeline of all incidents, or of the first that say when; it says how many there are.
pub(super) fn timeline(archive: &Archive, case: &Case, brief: &Brief) -> Option<Block> {
    let dated: Vec<&IncidentCase> = case.incidents.iter().filter(|i| i.weighed.label.day.is_some()).collect();
    let all: Vec<&IncidentCase> = case.incidents.iter().collect();
    let drawn = if all.len() <= ROWS { &all[..] } else { &dated[..dated.len().min(ROWS)] };
    let mut figure = timeline_of(archive, case, drawn, brief)?;
    if drawn.len() < dated.len() {
        let what = brief.tongue.say(
            ". Drawn of those that say when, by number: the first ",
            ". المرسوم من الوقائع التي يُذكر زمانها، بحسب ترتيبها: أول ",
        );
        let words = format!("{what}{}", isolate(&format!("{} / {}", drawn.len(), dated.len())));
        figure.caption.push(Inline::text(words));
    }
    Some(Block::Figure(figure))
}

/// When incidents are said to have happened, and when what speaks of them was published: never one for the other. Of a list longer
/// than [`ROWS`] nobody could read the drawing: whoever asks picks.
pub fn timeline_of(archive: &Archive, case: &Case, incidents: &[&IncidentCase], brief: &Brief) -> Option<Figure> {
    let t = brief.tongue;
    let mut rows = Vec::new();
    for incident in incidents {
        let mut marks = Vec::new();
        let mut published: BTreeMap<ItemId, i64> = BTreeMap::new();
        for held in shown(archive, case, incident, brief.tier) {
            for time in &held.claim.times {
                let ends = time
                    .earliest
                    .as_deref()
                    .and_then(|a| seconds(a, false))
                    .zip(time.latest.as_deref().and_then(|b| seconds(b, true)));
                let Some((earliest, latest)) = ends else { continue };
                let label = time.words.clone().unwrap_or_default();
                let contested = held.claim.polarity == "denied";
                marks.push(timeline::Mark { earliest, latest, kind: timeline::MarkKind::Event, label, contested });
            }
            let item = case.items.get(&held.claim.item);
            if let Some(at) = item.and_then(|i| i.published()).and_then(|p| seconds(p, false)) {
                published.insert(held.claim.item, at);
            }
        }
        marks.dedup_by_key(|m| (m.earliest, m.latest));
        marks.extend(published.into_iter().map(|(item, at)| timeline::Mark {
            earliest: at,
            latest: at,
            kind: timeline::MarkKind::Published,
            label: case.items.get(&item).map(crate::facts::Item::label).unwrap_or_default(),
            contested: false,
        }));
        if !marks.is_empty() {
            rows.push(timeline::Row { label: incident.name_isolated(t.code()), link: None, marks });
        }
    }
    if rows.is_empty() {
        return None;
    }
    let label = t.say(
        "Timeline: when it is said to have happened, and when that was published",
        "خط زمني: متى يُقال إنه وقع، ومتى نُشر ذلك",
    );
    let kinds = match t {
        Tongue::English => ["said to have happened", "published", "an instrument looked", "came into the archive"],
        Tongue::Arabic => ["يُقال إنه وقع", "نُشر", "رصده جهاز", "دخل الأرشيف"],
    };
    Some(figure(timeline::draw(&timeline::Timeline { label, direction: t.direction(), rows: &rows, kinds }), label))
}

/// Elements against kinds of evidence: how many independent lines for it, against it, and silent on it.
pub fn matrix(case: &Case, incident: &IncidentCase, brief: &Brief) -> Figure {
    let t = brief.tongue;
    let kinds = Perceiving::ALL;
    let columns: Vec<String> = kinds.iter().map(|k| t.of(k.labels()).to_owned()).collect();
    let of_all = all_lines(incident);
    let rows: Vec<matrix::MatrixRow> = incident
        .weighed
        .elements
        .iter()
        .map(|weighed| {
            let shown = separate(&weighed.lines.between);
            let against = against(case, weighed);
            let speaks: BTreeSet<&Node> = weighed.lines.lines.iter().map(|line| &line.origin).collect();
            let cells = kinds
                .iter()
                .map(|kind| {
                    let of_kind = |i: &usize| weighed.lines.lines[*i].perceiving == *kind;
                    let lines: Vec<usize> = (0..weighed.lines.lines.len()).filter(of_kind).collect();
                    let lines_shown = lines.iter().filter(|i| shown.contains(i)).count() as u32;
                    let silent =
                        of_all.iter().filter(|(node, k)| **k == kind && !speaks.contains(*node)).count() as u32;
                    matrix::MatrixCell {
                        lines: lines_shown,
                        apparent: lines.len() as u32 - lines_shown,
                        against: against.get(kind).copied().unwrap_or(0),
                        silent,
                    }
                })
                .collect();
            let mut level = badge(incident.level(weighed.element), weighed.contested.contested, t.code());
            if brief.unattended {
                level.label = t.say("not assessed (unreviewed)", "لم يُقيَّم (دون مراجعة)").into();
            }
            matrix::MatrixRow { element: t.of(weighed.element.labels()).to_owned(), cells, level, link: None }
        })
        .collect();
    let label = t.say("Independent lines of evidence for each element", "الأصول المستقلة للمعلومة لكل عنصر");
    let scene = matrix::draw(&matrix::Matrix {
        label,
        direction: t.direction(),
        elements_head: t.say("element", "العنصر"),
        level_head: t.say("level", "المستوى"),
        columns: &columns,
        rows: &rows,
        note: t.say(
            "A number counts lines whose separateness is shown; a number in brackets, lines that are apparently separate and lift nothing above level 1; − lines that deny it or contradict another; ○ lines that are silent on it, which speaks neither for nor against.",
            "الرقم عدد الأصول التي ثبت انفصالها؛ والرقم بين قوسين أصول تبدو منفصلة ولا ترفع فوق المستوى 1؛ و− أصول تنفيه أو تناقض غيرها؛ و○ أصول ساكتة عنه، والسكوت لا يؤيد ولا ينفي.",
        ),
    });
    figure(scene, label)
}

/// All lines of an incident, whatever they speak of, with the kind of each.
fn all_lines(incident: &IncidentCase) -> BTreeMap<&Node, &Perceiving> {
    let lines = incident.weighed.elements.iter().flat_map(|e| &e.lines.lines);
    lines.map(|line| (&line.origin, &line.perceiving)).collect()
}

/// How many lines of each kind stand against an element: denials, each of one item, and lines that say of it what another line
/// contradicts. Figures that may only have risen do not.
fn against(case: &Case, weighed: &ElementWeighed) -> BTreeMap<Perceiving, u32> {
    let mut found: BTreeSet<(Perceiving, Node)> = BTreeSet::new();
    for against in &weighed.contested.against {
        match against {
            Against::DeniedWithEvidence { claim, .. } | Against::BareDenial { claim } => {
                let Some(item) = case.claims.get(claim).and_then(|held| case.items.get(&held.claim.item)) else {
                    continue;
                };
                found.insert((perceiving(item), Node::Item(item.id)));
            }
            Against::Contradicting { claims: (a, b), .. } => {
                let contradicts = |l: &&Line| l.claims.contains(a) || l.claims.contains(b);
                let lines = weighed.lines.lines.iter().filter(contradicts);
                found.extend(lines.map(|line| (line.perceiving, line.origin.clone())));
            }
            Against::MayHaveRisen { .. } => {}
        }
    }
    let mut count = BTreeMap::new();
    found.into_iter().for_each(|(kind, _)| *count.entry(kind).or_default() += 1);
    count
}

/// What kind of perceiving the item of a denial is: it has no line of its own.
fn perceiving(item: &Item) -> Perceiving {
    match item.kind {
        ItemKind::Account => Perceiving::Eyewitness,
        ItemKind::Picture => Perceiving::Picture,
        ItemKind::Film => Perceiving::Film,
        ItemKind::Scene => Perceiving::Sensor,
        _ if item.to_weigh(None).from_a_party() => Perceiving::PartyStatement,
        _ => Perceiving::Document,
    }
}

/// Lines that somebody has shown to be separate from another.
fn separate(between: &[(usize, usize, Independence)]) -> std::collections::BTreeSet<usize> {
    between
        .iter()
        .filter(|(_, _, how)| matches!(how, Independence::SeparatenessShown { .. }))
        .flat_map(|(a, b, _)| [*a, *b])
        .collect()
}

/// Where the items of an incident come from: one box for each line of evidence.
pub fn origins(case: &Case, incident: &IncidentCase, t: Tongue) -> Option<Figure> {
    let happened = incident.weighed.elements.iter().find(|e| e.element == Element::Happened)?;
    let lines = &happened.lines.lines;
    let mut nodes: Vec<graph::Node> = Vec::new();
    let mut index: BTreeMap<Node, usize> = BTreeMap::new();
    let clusters: Vec<String> = lines
        .iter()
        .enumerate()
        .map(|(i, line)| format!("{} {}: {}", t.say("line", "أصل"), i + 1, t.of(line.perceiving.labels())))
        .collect();
    for (cluster, line) in lines.iter().enumerate() {
        let mut add = |node: Node, layer: usize, perceives: bool| {
            if index.contains_key(&node) {
                return;
            }
            let (label, detail) = node_words(case, &node, &line.name, t);
            index.insert(node, nodes.len());
            nodes.push(graph::Node { label, detail, layer, cluster: Some(cluster), perceives, link: None });
        };
        add(line.origin.clone(), 0, true);
        for item in &line.items {
            add(Node::Item(*item), 1, false);
        }
    }
    let kinds = [
        EdgeKind::Republishes,
        EdgeKind::ReusesText,
        EdgeKind::Cites,
        EdgeKind::NearDuplicate,
        EdgeKind::IssuedBy,
        EdgeKind::SharesOrigin,
    ];
    let relations: Vec<String> = kinds.iter().map(|k| t.of(k.labels()).to_owned()).collect();
    let edges: Vec<graph::Edge> = case
        .origins
        .edges
        .iter()
        .filter_map(|edge| {
            let relation = kinds.iter().position(|k| *k == edge.kind)?;
            Some(graph::Edge { from: *index.get(&edge.from)?, to: *index.get(&edge.to)?, relation })
        })
        .collect();
    if nodes.len() < 2 {
        return None;
    }
    let label = t.say(
        "Where the items come from; each box is one line of evidence",
        "من أين جاءت المواد؛ وكل إطار أصلٌ واحد للمعلومة",
    );
    let scene = graph::draw(&graph::Graph {
        label,
        direction: t.direction(),
        nodes: &nodes,
        edges: &edges,
        clusters: &clusters,
        relations: &relations,
    });
    Some(figure(scene, label))
}

fn kind_words(kind: ItemKind, t: Tongue) -> &'static str {
    match kind {
        ItemKind::Text => t.say("text", "نص"),
        ItemKind::Picture => t.say("picture", "صورة"),
        ItemKind::Film => t.say("film", "تسجيل مصوَّر"),
        ItemKind::Account => t.say("account", "إفادة"),
        ItemKind::Scene => t.say("satellite scene", "مشهد فضائي"),
        ItemKind::Sheet => t.say("sheet", "جدول"),
        ItemKind::Other => t.say("other", "غير ذلك"),
    }
}

fn node_words(case: &Case, node: &Node, name: &str, t: Tongue) -> (String, String) {
    match node {
        Node::Item(item) => match case.items.get(item) {
            Some(found) => {
                let short = found.label();
                let last = short.rsplit('/').next().unwrap_or(&short);
                // A file name runs left to right; in one word, so that no line break can part the marks.
                let last = if last.contains(' ') { last.to_owned() } else { isolate(last) };
                let detail = found.published().and_then(|p| p.get(..10)).map(isolate);
                (last, detail.unwrap_or_else(|| kind_words(found.kind, t).to_owned()))
            }
            None => (item.short(), String::new()),
        },
        Node::Voice { key } => (case.origins.names.get(key).cloned().unwrap_or_else(|| name.to_owned()), String::new()),
        _ => (name.to_owned(), String::new()),
    }
}
