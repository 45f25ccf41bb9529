//! The origin graph: where each item has it from, and which of them are one line of evidence.
//!
//! Nodes stand in layers, acts of perceiving first; an arrow leads from whoever took something to
//! whoever they had it from, its dashes telling the relation (a legend names them). What is one
//! line of evidence is drawn in one box; boxes are stacked and never overlap, which is why each
//! has the full width. It deliberately decides no layer and no cluster: both are passed in, so
//! circular citations are drawn as they are.

use super::scene::{measure, rect, wrap};
use super::{Anchor, Group, Ink, MAX_ELEMENTS, Paint, Point, Scene, Segment, Shape, Stroke, WIDTH};
use crate::document::Direction;

/// Size of a node.
const NODE: (f64, f64) = (152.0, 44.0);
/// Least room between layers, for the arrows.
const GAP: f64 = 62.0;
/// Room between nodes of one layer.
const BETWEEN: f64 = 12.0;
/// Room around the nodes of a box.
const PAD: f64 = 14.0;
/// Height of the name of a box.
const NAME: f64 = 24.0;
/// Most layers; deeper nodes stand in the last.
const MAX_LAYERS: usize = 12;

/// One item, account or act of perceiving.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its name.
    pub label: String,
    /// A second line, such as its kind or date.
    pub detail: String,
    /// 0 where something was perceived, 1 for what took it from there, and so on.
    pub layer: usize,
    /// The line of evidence it belongs to, an index into [`Graph::clusters`].
    pub cluster: Option<usize>,
    /// Whether it is an act of perceiving (drawn filled).
    pub perceives: bool,
    /// Local link.
    pub link: Option<String>,
}

/// One relation: `from` has it from `to`.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// Index of the node that took.
    pub from: usize,
    /// Index of the node it took from.
    pub to: usize,
    /// Index into [`Graph::relations`].
    pub relation: usize,
}

/// What is drawn.
#[derive(Clone, Debug)]
pub struct Graph<'a> {
    /// Name of the drawing for someone who cannot see it.
    pub label: &'a str,
    /// Direction of the reader; layer 0 stands where reading begins.
    pub direction: Direction,
    /// Nodes; those past [`MAX_ELEMENTS`] are not drawn.
    pub nodes: &'a [Node],
    /// Edges; those whose ends do not exist are not drawn.
    pub edges: &'a [Edge],
    /// Names of the lines of evidence, such as “one line of evidence: film A”.
    pub clusters: &'a [String],
    /// Names of the relations, such as “reposts”, “quotes”, “cites”.
    pub relations: &'a [String],
}

/// Where nodes and boxes lie, measured from where reading begins.
struct Layout {
    /// Start and top of each node.
    nodes: Vec<Point>,
    /// Cluster, top and height of each box.
    boxes: Vec<(usize, f64, f64)>,
    width: f64,
    height: f64,
}

/// Draws an origin graph.
pub fn draw(graph: &Graph<'_>) -> Scene {
    let nodes = &graph.nodes[..graph.nodes.len().min(MAX_ELEMENTS)];
    let layout = lay_out(nodes, graph.edges, graph.clusters.len());
    let mut scene = Scene::new(layout.width, layout.height, graph.direction, graph.label);
    for &(cluster, top, height) in &layout.boxes {
        draw_box(&mut scene, &graph.clusters[cluster], top, height);
    }
    let known = |e: &&Edge| e.from < nodes.len() && e.to < nodes.len();
    for edge in graph.edges.iter().filter(known).take(MAX_ELEMENTS * 4) {
        draw_edge(&mut scene, &layout, *edge);
    }
    for (node, at) in nodes.iter().zip(&layout.nodes) {
        let shapes = draw_node(&scene, node, *at);
        let title = Some(format!("{} · {}", node.label, node.detail));
        scene.shapes.push(Shape::Group(Group { title, link: node.link.clone(), shapes }));
    }
    draw_legend(&mut scene, graph);
    scene
}

/// Bands from the top: one a cluster that has nodes, the unclustered last.
fn lay_out(nodes: &[Node], edges: &[Edge], clusters: usize) -> Layout {
    let layers = nodes.iter().map(|n| n.layer.min(MAX_LAYERS - 1) + 1).max().unwrap_or(1);
    let least = 2.0 * PAD + layers as f64 * NODE.0 + (layers - 1) as f64 * GAP;
    let width = least.max(WIDTH);
    let step = if layers > 1 { (width - 2.0 * PAD - NODE.0) / (layers - 1) as f64 } else { 0.0 };
    let step = step.min(NODE.0 + 3.0 * GAP);
    let mut places = vec![Point::new(0.0, 0.0); nodes.len()];
    let mut boxes = Vec::new();
    let mut top = 2.0;
    for band in (0..clusters).map(Some).chain([None]) {
        let of_band = |i: &usize| nodes[*i].cluster.filter(|c| *c < clusters) == band;
        let members: Vec<usize> = (0..nodes.len()).filter(of_band).collect();
        if members.is_empty() {
            continue;
        }
        let head = if band.is_some() { NAME } else { 0.0 };
        let deepest = place_band(nodes, edges, &members, &mut places, top + head + PAD / 2.0, step);
        let height = head + PAD / 2.0 + deepest + PAD;
        if let Some(cluster) = band {
            boxes.push((cluster, top, height));
        }
        top += height + 12.0;
    }
    Layout { nodes: places, boxes, width, height: top }
}

/// Places one band's nodes and gives back the height they need.
fn place_band(nodes: &[Node], edges: &[Edge], members: &[usize], places: &mut [Point], top: f64, step: f64) -> f64 {
    let layer_of = |i: usize| nodes[i].layer.min(MAX_LAYERS - 1);
    let mut deepest: f64 = 0.0;
    let mut position: Vec<Option<f64>> = vec![None; nodes.len()];
    for layer in 0..MAX_LAYERS {
        let mut here: Vec<(f64, usize)> = members
            .iter()
            .filter(|i| layer_of(**i) == layer)
            .map(|&i| (middle_of_origins(i, edges, &position), i))
            .collect();
        // Below what they come from; ties keep the order given.
        here.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for (row, &(_, i)) in here.iter().enumerate() {
            position[i] = Some(row as f64);
            let down = row as f64 * (NODE.1 + BETWEEN);
            places[i] = Point::new(PAD + layer as f64 * step, top + down);
            deepest = deepest.max(down + NODE.1);
        }
    }
    deepest
}

/// Mean row of the nodes that `node` has it from, as far as they are placed.
fn middle_of_origins(node: usize, edges: &[Edge], position: &[Option<f64>]) -> f64 {
    let rows: Vec<f64> =
        edges.iter().filter(|e| e.from == node).filter_map(|e| position.get(e.to).copied().flatten()).collect();
    if rows.is_empty() { f64::from(u16::MAX) } else { rows.iter().sum::<f64>() / rows.len() as f64 }
}

fn draw_box(scene: &mut Scene, name: &str, top: f64, height: f64) {
    let size = (scene.width - 2.0, height);
    let edge = Stroke::line(Paint::tint(Ink::Accent, 0.55), 1.1);
    scene.shapes.push(rect((1.0, top), size, 6.0, Some(Paint::tint(Ink::Accent, 0.06)), Some(edge)));
    let words = wrap(name, 11.5, scene.width - 2.0 * PAD, 1).concat();
    let at = Point::new(scene.x(PAD), top + 17.0);
    scene.shapes.push(scene.words(at, scene.start(), 11.5, &words).bold().into());
}

fn draw_node(scene: &Scene, node: &Node, at: Point) -> Vec<Shape> {
    let left = scene.x(at.x).min(scene.x(at.x + NODE.0));
    let (fill, edge, words) = if node.perceives {
        (Paint::solid(Ink::Deep), Stroke::line(Paint::solid(Ink::Deep), 1.0), Paint::solid(Ink::White))
    } else {
        (Paint::solid(Ink::Paper), Stroke::line(Paint::tint(Ink::Accent, 0.9), 1.2), Paint::TEXT)
    };
    let radius = if node.perceives { NODE.1 / 2.0 } else { 4.0 };
    let mut shapes = vec![rect((left, at.y), NODE, radius, Some(fill), Some(edge))];
    let middle = left + NODE.0 / 2.0;
    let room = NODE.0 - if node.perceives { 30.0 } else { 14.0 };
    let lines = wrap(&node.label, 11.5, room, if node.detail.is_empty() { 2 } else { 1 });
    let mut rows: Vec<(String, f64, bool)> = lines.into_iter().map(|l| (l, 11.5, true)).collect();
    rows.extend(wrap(&node.detail, 10.5, room, 1).into_iter().map(|l| (l, 10.5, false)));
    let first = at.y + NODE.1 / 2.0 + 4.0 - (rows.len() as f64 - 1.0) * 7.5;
    for (i, (line, size, bold)) in rows.into_iter().enumerate() {
        let at = Point::new(middle, first + i as f64 * 15.0);
        let text = scene.words(at, Anchor::Middle, size, &line).paint(words);
        shapes.push(if bold { text.bold() } else { text }.into());
    }
    shapes
}

fn stroke_of(relation: usize) -> Stroke {
    let paint = Paint::tint(Ink::Text, 0.62);
    match relation % 5 {
        0 => Stroke::line(paint, 1.5),
        1 => Stroke::dashed(paint, 1.5, 7.0, 4.0),
        2 => Stroke::dashed(paint, 1.5, 2.0, 3.0),
        3 => Stroke::line(Paint::solid(Ink::Second), 1.5),
        _ => Stroke::dashed(Paint::solid(Ink::Second), 1.5, 7.0, 4.0),
    }
}

fn draw_edge(scene: &mut Scene, layout: &Layout, edge: Edge) {
    let (from, to) = (layout.nodes[edge.from], layout.nodes[edge.to]);
    let middle = |p: Point| p.y + NODE.1 / 2.0;
    // Leave at the side that faces the origin; within a layer or backwards go around the outside.
    let onward = to.x < from.x;
    let start = Point::new(if onward { from.x } else { from.x + NODE.0 }, middle(from));
    let end = Point::new(to.x + NODE.0 + 3.0, middle(to));
    let bend = if onward { (start.x - end.x).abs() * 0.45 } else { GAP * 0.7 };
    let (a, b) = if onward {
        (Point::new(start.x - bend, start.y), Point::new(end.x + bend, end.y))
    } else {
        let far = start.x.max(end.x) + bend;
        (Point::new(far, start.y + 10.0), Point::new(far, end.y - 10.0))
    };
    let place = |p: Point| Point::new(scene.x(p.x), p.y);
    let segments = vec![Segment::Move(place(start)), Segment::Cubic(place(a), place(b), place(end))];
    let stroke = stroke_of(edge.relation);
    let head = arrow(place(end), if scene.direction.is_rtl() { -1.0 } else { 1.0 });
    scene.shapes.push(Shape::Path { segments, fill: None, stroke: Some(stroke) });
    scene.shapes.push(Shape::Path { segments: head, fill: Some(stroke.paint), stroke: None });
}

/// An arrow head whose point is at `tip`, opening toward `side` (1 right, −1 left).
fn arrow(tip: Point, side: f64) -> Vec<Segment> {
    let p = |dx: f64, dy: f64| Point::new(tip.x + dx * side, tip.y + dy);
    super::scene::ring(&[p(-2.0, 0.0), p(7.0, -4.0), p(7.0, 4.0)])
}

fn draw_legend(scene: &mut Scene, graph: &Graph<'_>) {
    let mut used: Vec<usize> = graph.edges.iter().map(|e| e.relation).collect();
    used.sort_unstable();
    used.dedup();
    let mut from = 2.0;
    let mut y = scene.height + 12.0;
    for relation in used {
        let Some(name) = graph.relations.get(relation) else { continue };
        let words = wrap(name, 11.5, 200.0, 1).concat();
        let wide = 62.0 + measure(&words, 11.5);
        if from > 2.0 && from + wide > scene.width {
            (from, y) = (2.0, y + 18.0);
        }
        let (a, b) = (scene.x(from), scene.x(from + 34.0));
        let stroke = stroke_of(relation);
        let line = vec![Segment::Move(Point::new(b, y - 4.0)), Segment::Line(Point::new(a, y - 4.0))];
        scene.shapes.push(Shape::Path { segments: line, fill: None, stroke: Some(stroke) });
        let side = if scene.direction.is_rtl() { -1.0 } else { 1.0 };
        let head = arrow(Point::new(a, y - 4.0), side);
        scene.shapes.push(Shape::Path { segments: head, fill: Some(stroke.paint), stroke: None });
        let at = Point::new(scene.x(from + 42.0), y);
        scene.shapes.push(scene.words(at, scene.start(), 11.5, &words).paint(Paint::MUTED).into());
        from += wide;
    }
    scene.height = y + 8.0;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(label: &str, layer: usize, cluster: Option<usize>) -> Node {
        Node { label: label.into(), detail: "film".into(), layer, cluster, perceives: layer == 0, link: None }
    }

    fn drawn(nodes: &[Node], edges: &[Edge], clusters: &[String]) -> Scene {
        let relations = ["reposts".to_owned(), "cites".to_owned()];
        let direction = Direction::LeftToRight;
        draw(&Graph { label: "origins", direction, nodes, edges, clusters, relations: &relations })
    }

    #[test]
    fn boxes_do_not_overlap_and_hold_their_nodes() {
        let nodes: Vec<Node> = (0..40).map(|i| node("n", i % 4, [Some(0), Some(1), None, Some(9)][i / 10])).collect();
        let layout = lay_out(&nodes, &[], 2);
        assert_eq!(layout.boxes.len(), 2);
        let ((_, a, ha), (_, b, _)) = (layout.boxes[0], layout.boxes[1]);
        assert!(a + ha < b);
        for (n, p) in nodes.iter().zip(&layout.nodes) {
            if let Some(c) = n.cluster.filter(|c| *c < 2) {
                let (_, top, height) = layout.boxes[c];
                assert!(p.y >= top && p.y + NODE.1 <= top + height);
            }
        }
        for (i, p) in layout.nodes.iter().enumerate() {
            for q in &layout.nodes[i + 1..] {
                let apart = (p.x - q.x).abs() >= NODE.0 || (p.y - q.y).abs() >= NODE.1;
                assert!(apart, "two nodes in one place");
            }
        }
    }

    #[test]
    fn circles_and_broken_edges_do_no_harm() {
        let nodes = [node("a", 1, Some(0)), node("b", 1, Some(0)), node("deep", usize::MAX, None)];
        let edge = |from, to| Edge { from, to, relation: 1 };
        let edges = [edge(0, 1), edge(1, 0), edge(0, 0), edge(7, 0), edge(0, usize::MAX)];
        let svg = drawn(&nodes, &edges, &["one line".into()]).svg();
        assert!(svg.contains("cites") && svg.contains("one line") && !svg.contains("reposts"));
        assert!(drawn(&[], &[], &[]).height > 0.0);
    }

    #[test]
    fn right_to_left_begins_at_the_right() {
        let nodes = [node("a", 0, None), node("b", 1, None)];
        let relations = [];
        let direction = Direction::RightToLeft;
        let scene =
            draw(&Graph { label: "", direction, nodes: &nodes, edges: &[], clusters: &[], relations: &relations });
        let x_of = |name: &str| {
            let svg = scene.svg();
            let before = svg.split(&format!(">{name}</text>")).next().unwrap_or_default();
            let at = before.rsplit("<text x=\"").next().unwrap_or_default();
            at.split('"').next().unwrap_or_default().parse::<f64>().unwrap()
        };
        assert!(x_of("a") > x_of("b"));
    }
}
