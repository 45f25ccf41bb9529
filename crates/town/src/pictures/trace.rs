//! Solids, rays and the tree that finds which solid a ray meets first.
//!
//! Boxes, ellipsoids and upright cylinders are enough for a street. No light or colour here.

/// A point or direction in metres: x right, y forward, z up in the frame of one set.
pub(super) type V = [f32; 3];

pub(super) fn add(a: V, b: V) -> V {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

pub(super) fn sub(a: V, b: V) -> V {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

pub(super) fn scale(a: V, k: f32) -> V {
    [a[0] * k, a[1] * k, a[2] * k]
}

/// Component by component.
fn divide(a: V, b: V) -> V {
    [a[0] / b[0], a[1] / b[1], a[2] / b[2]]
}

pub(super) fn dot(a: V, b: V) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

pub(super) fn unit(a: V) -> V {
    scale(a, 1.0 / dot(a, a).sqrt().max(1e-12))
}

/// The form of a solid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Shape {
    Box { min: V, max: V },
    Ellipsoid { centre: V, radii: V },
    Cylinder { base: V, radius: f32, height: f32 },
}

/// Where a ray meets a solid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Hit {
    pub distance: f32,
    pub normal: V,
    pub solid: usize,
}

const NEAR: f32 = 1e-3;

/// A ray with what every box test needs of it.
struct Ray {
    origin: V,
    direction: V,
    inverse: V,
}

impl Ray {
    fn new(origin: V, direction: V) -> Self {
        Self { origin, direction, inverse: [1.0 / direction[0], 1.0 / direction[1], 1.0 / direction[2]] }
    }
}

impl Shape {
    fn bounds(&self) -> (V, V) {
        match *self {
            Self::Box { min, max } => (min, max),
            Self::Ellipsoid { centre, radii } => (sub(centre, radii), add(centre, radii)),
            Self::Cylinder { base, radius, height } => {
                (sub(base, [radius, radius, 0.0]), add(base, [radius, radius, height]))
            }
        }
    }

    /// Distance along the ray and the outward normal, when it is met before `limit`.
    fn meet(&self, ray: &Ray, limit: f32) -> Option<(f32, V)> {
        let (origin, direction) = (ray.origin, ray.direction);
        match *self {
            Self::Box { min, max } => meet_box(min, max, ray, limit),
            Self::Ellipsoid { centre, radii } => {
                let o = divide(sub(origin, centre), radii);
                let d = divide(direction, radii);
                let (a, b, c) = (dot(d, d), dot(o, d), dot(o, o) - 1.0);
                let root = b * b - a * c;
                let t = if root > 0.0 { (-b - root.sqrt()) / a } else { return None };
                let p = add(o, scale(d, t));
                (t > NEAR && t < limit).then(|| (t, unit(divide(p, radii))))
            }
            Self::Cylinder { base, radius, height } => meet_cylinder(base, radius, height, origin, direction, limit),
        }
    }
}

fn meet_box(min: V, max: V, ray: &Ray, limit: f32) -> Option<(f32, V)> {
    let (mut enter, mut leave, mut axis) = (f32::NEG_INFINITY, limit, 0);
    for i in 0..3 {
        let (a, b) = ((min[i] - ray.origin[i]) * ray.inverse[i], (max[i] - ray.origin[i]) * ray.inverse[i]);
        let (low, high) = if a < b { (a, b) } else { (b, a) };
        if low > enter {
            (enter, axis) = (low, i);
        }
        leave = if high < leave { high } else { leave };
    }
    if enter > leave || enter <= NEAR {
        return None;
    }
    let mut normal = [0.0; 3];
    normal[axis] = -ray.direction[axis].signum();
    Some((enter, normal))
}

fn meet_cylinder(base: V, radius: f32, height: f32, origin: V, direction: V, limit: f32) -> Option<(f32, V)> {
    let o = sub(origin, base);
    let a = direction[0] * direction[0] + direction[1] * direction[1];
    let b = o[0] * direction[0] + o[1] * direction[1];
    let c = o[0] * o[0] + o[1] * o[1] - radius * radius;
    let root = b * b - a * c;
    if root <= 0.0 {
        return None;
    }
    let side = (-b - root.sqrt()) / a.max(1e-9);
    let z = o[2] + side * direction[2];
    if side > NEAR && side < limit && (0.0..=height).contains(&z) {
        let p = add(o, scale(direction, side));
        return Some((side, unit([p[0], p[1], 0.0])));
    }
    let top = (height - o[2]) / direction[2];
    let p = add(o, scale(direction, top));
    let on_top = direction[2] < 0.0 && p[0] * p[0] + p[1] * p[1] < radius * radius;
    (on_top && top > NEAR && top < limit).then_some((top, [0.0, 0.0, 1.0]))
}

/// A node: its bounds and either two children or a run of solids.
#[derive(Debug)]
struct Node {
    min: V,
    max: V,
    /// First child, or first solid of a leaf.
    first: usize,
    /// 0 for an inner node, whose children are `first` and `second`.
    count: usize,
    second: usize,
    /// Axis along which the children part, lower first.
    axis: usize,
}

/// A bounding volume hierarchy over solids.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    order: Vec<usize>,
    shapes: Vec<Shape>,
}

const LEAF: usize = 4;
/// Depth of a median split of 2^40 solids; the stack of the walk cannot overflow before memory does.
const STACK: usize = 48;

impl Tree {
    /// Sorts the solids into a tree by halving along the longest side.
    pub(super) fn new(shapes: Vec<Shape>) -> Self {
        let mut tree = Self { nodes: Vec::new(), order: (0..shapes.len()).collect(), shapes };
        if !tree.shapes.is_empty() {
            tree.split(0, tree.order.len());
        }
        tree
    }

    fn split(&mut self, from: usize, to: usize) -> usize {
        let (mut min, mut max) = ([f32::INFINITY; 3], [f32::NEG_INFINITY; 3]);
        for &at in &self.order[from..to] {
            let (low, high) = self.shapes[at].bounds();
            for i in 0..3 {
                min[i] = min[i].min(low[i]);
                max[i] = max[i].max(high[i]);
            }
        }
        let id = self.nodes.len();
        self.nodes.push(Node { min, max, first: from, count: to - from, second: 0, axis: 0 });
        if to - from > LEAF {
            let axis = (0..3).max_by(|&a, &b| (max[a] - min[a]).total_cmp(&(max[b] - min[b]))).unwrap_or(0);
            let shapes = &self.shapes;
            let middle = |at: &usize| {
                let (low, high) = shapes[*at].bounds();
                low[axis] + high[axis]
            };
            self.order[from..to].sort_by(|a, b| middle(a).total_cmp(&middle(b)).then(a.cmp(b)));
            let half = from + (to - from) / 2;
            let first = self.split(from, half);
            let second = self.split(half, to);
            self.nodes[id] = Node { min, max, first, count: 0, second, axis };
        }
        id
    }

    /// The first solid that the ray meets before `limit`.
    pub(super) fn nearest(&self, origin: V, direction: V, limit: f32) -> Option<Hit> {
        let mut best: Option<Hit> = None;
        self.walk(origin, direction, limit, |solid, distance, normal| {
            best = Some(Hit { distance, normal, solid });
            Some(distance)
        });
        best
    }

    /// Whether anything stands between the point and the sun.
    pub(super) fn shadowed(&self, origin: V, direction: V) -> bool {
        let mut met = false;
        self.walk(origin, direction, 400.0, |_, _, _| {
            met = true;
            None
        });
        met
    }

    /// Calls `found` at each meeting nearer than the limit, which it returns anew; `None` ends the walk.
    fn walk(&self, origin: V, direction: V, limit: f32, mut found: impl FnMut(usize, f32, V) -> Option<f32>) {
        let ray = Ray::new(origin, direction);
        let mut limit = limit;
        let mut stack = [0usize; STACK];
        let mut height = usize::from(!self.nodes.is_empty());
        while height > 0 {
            height -= 1;
            let node = &self.nodes[stack[height]];
            if !overlaps(node, &ray, limit) {
                continue;
            }
            if node.count == 0 {
                // The nearer child is taken first, so that what it holds can hide the other.
                let backward = direction[node.axis] < 0.0;
                let (near, far) = if backward { (node.second, node.first) } else { (node.first, node.second) };
                stack[height] = far;
                stack[height + 1] = near;
                height += 2;
                continue;
            }
            for &at in &self.order[node.first..node.first + node.count] {
                if let Some((distance, normal)) = self.shapes[at].meet(&ray, limit) {
                    match found(at, distance, normal) {
                        Some(nearer) => limit = nearer,
                        None => return,
                    }
                }
            }
        }
    }
}

fn overlaps(node: &Node, ray: &Ray, limit: f32) -> bool {
    let (mut enter, mut leave) = (0.0f32, limit);
    for i in 0..3 {
        let a = (node.min[i] - ray.origin[i]) * ray.inverse[i];
        let b = (node.max[i] - ray.origin[i]) * ray.inverse[i];
        let (low, high) = if a < b { (a, b) } else { (b, a) };
        enter = if low > enter { low } else { enter };
        leave = if high < leave { high } else { leave };
    }
    enter <= leave
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::num::Dice;

    #[test]
    fn the_tree_finds_what_a_plain_search_finds() {
        let mut dice = Dice::new(3);
        let mut point = |spread: f32| -> V { std::array::from_fn(|_| dice.between(-spread, spread)) };
        let shapes: Vec<Shape> = (0..200)
            .map(|k| {
                let p = point(20.0);
                match k % 3 {
                    0 => Shape::Box { min: p, max: add(p, [1.0, 2.0, 0.5]) },
                    1 => Shape::Ellipsoid { centre: p, radii: [1.0, 0.5, 0.8] },
                    _ => Shape::Cylinder { base: p, radius: 0.7, height: 1.5 },
                }
            })
            .collect();
        let tree = Tree::new(shapes.clone());
        let mut met = 0;
        for _ in 0..600 {
            let origin = point(40.0);
            let direction = unit(sub(point(15.0), origin));
            let plain =
                shapes.iter().filter_map(|s| s.meet(&Ray::new(origin, direction), 1e6)).map(|h| h.0).reduce(f32::min);
            let found = tree.nearest(origin, direction, 1e6).map(|hit| hit.distance);
            assert_eq!(found, plain);
            met += usize::from(found.is_some());
        }
        assert!(met > 100, "{met}");
    }
}
