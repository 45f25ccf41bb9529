//! The places that the pictures show, built from boxes: hospital, market, school, bakery, bridge, road, homes.
//!
//! All lengths are metres in a frame of the set's own. Nothing here knows who took a picture or when.

use super::paint::{Ground, Puff, Set, Surface};
use super::trace::{Shape, V};
use crate::num::Dice;

const WHITE: V = [0.72, 0.71, 0.68];
const SAND: V = [0.62, 0.52, 0.38];
const ROSE: V = [0.62, 0.42, 0.34];
const OCHRE: V = [0.60, 0.44, 0.22];
const GREY: V = [0.42, 0.42, 0.42];
const BLUE_GREY: V = [0.38, 0.46, 0.52];

/// A set under construction.
struct Builder {
    set: Set,
    dice: Dice,
}

impl Builder {
    fn new(seed: u32, azimuth: f32, ground: Ground, cloud: f32) -> Self {
        let set = Set {
            solids: Vec::new(),
            ground,
            craters: Vec::new(),
            holes: Vec::new(),
            smoke: Vec::new(),
            azimuth,
            cloud,
            seed,
        };
        Self { set, dice: Dice::new(seed) }
    }

    fn add(&mut self, min: V, max: V, surface: Surface) {
        self.set.solids.push((Shape::Box { min, max }, surface));
    }

    fn plain(&mut self, min: V, max: V, colour: V) {
        let seed = self.set.solids.len() as u32;
        self.add(min, max, Surface::Plain { colour, grain: 0.25, seed });
    }

    /// A house with its ground floor from `min` to `max` in x and y.
    fn house(&mut self, min: [f32; 2], max: [f32; 2], height: f32, colour: V) {
        let seed = self.set.seed ^ (self.set.solids.len() as u32 * 71 + 5);
        let spacing = self.dice.between(2.2, 3.1);
        let wall = Surface::Wall { colour, spacing, storey: 3.1, seed };
        self.add([min[0], min[1], 0.0], [max[0], max[1], height], wall);
        // A parapet, and now and then a tank or a hut on the roof.
        let (cx, cy) = ((min[0] + max[0]) / 2.0, (min[1] + max[1]) / 2.0);
        if self.dice.next() < 0.45 {
            self.plain([cx - 1.2, cy - 1.2, height], [cx + 1.2, cy + 1.2, height + 2.2], colour.map(|c| c * 0.9));
        } else if self.dice.next() < 0.6 {
            let base = [cx + 1.0, cy, height];
            let tank = Surface::Plain { colour: [0.68, 0.68, 0.66], grain: 0.2, seed };
            self.set.solids.push((Shape::Cylinder { base, radius: 0.7, height: 1.4 }, tank));
        }
    }

    /// Houses along one side of a street, from y = `from` to `to`, fronts at x = `front`, away from it by `side`.
    fn row(&mut self, front: f32, side: f32, from: f32, to: f32, heights: [f32; 2]) {
        let palette = [WHITE, SAND, ROSE, OCHRE, GREY, BLUE_GREY];
        let mut y = from;
        while y < to {
            let width = self.dice.between(6.5, 13.0);
            let back = front + side * self.dice.between(8.0, 11.0);
            let set_back = front + side * self.dice.between(0.0, 0.7);
            let height = self.dice.between(heights[0], heights[1]);
            let colour = palette[(self.dice.next() * 6.0) as usize % 6];
            let shade = self.dice.between(0.8, 1.1);
            self.house([set_back.min(back), y], [set_back.max(back), y + width], height, colour.map(|c| c * shade));
            y += width + if self.dice.next() < 0.2 { 2.5 } else { 0.05 };
        }
    }

    /// Broken masonry heaped around a point: many small pieces, a few slabs, dust beneath.
    fn rubble(&mut self, at: [f32; 2], spread: f32, height: f32, pieces: usize) {
        if height > 0.6 {
            let dust = Surface::Plain { colour: [0.40, 0.36, 0.31], grain: 0.55, seed: self.set.seed ^ 55 };
            let radii = [spread * 0.62, spread * 0.62, height * 0.62];
            self.set.solids.push((Shape::Ellipsoid { centre: [at[0], at[1], 0.0], radii }, dust));
        }
        for piece in 0..pieces * 2 {
            // Two dice a coordinate pile up in the middle.
            let dx = (self.dice.next() + self.dice.next() - 1.0) * spread;
            let dy = (self.dice.next() + self.dice.next() - 1.0) * spread;
            let near = 1.0 - ((dx * dx + dy * dy).sqrt() / spread).min(1.0);
            let slab = piece % 11 == 0 && height > 0.6;
            let size = if slab { self.dice.between(0.6, 1.3) } else { self.dice.between(0.06, 0.34) };
            let z = (height * near * self.dice.between(0.2, 1.0) - 0.06).max(0.0);
            let (x, y) = (at[0] + dx, at[1] + dy);
            let (long, thick) = (self.dice.between(0.7, 1.9), if slab { 0.16 } else { self.dice.between(0.5, 0.9) });
            let shade = self.dice.between(0.55, 1.05);
            let colour = [GREY, SAND, GREY, WHITE, ROSE][piece % 5].map(|c| c * shade * 0.85);
            if piece % 3 == 0 && !slab {
                let surface = Surface::Plain { colour, grain: 0.4, seed: piece as u32 };
                let radii = [size * long * 0.6, size * 0.6, size * thick * 0.6];
                self.set.solids.push((Shape::Ellipsoid { centre: [x, y, z + size * 0.2], radii }, surface));
            } else {
                self.plain([x, y, z], [x + size * long, y + size, z + size * thick], colour);
            }
        }
    }

    fn tree(&mut self, at: [f32; 2], height: f32) {
        let bark = Surface::Plain { colour: [0.20, 0.15, 0.10], grain: 0.4, seed: 1 };
        self.set.solids.push((Shape::Cylinder { base: [at[0], at[1], 0.0], radius: 0.16, height: height * 0.6 }, bark));
        for seed in 0..5 {
            let centre: V = [
                at[0] + self.dice.between(-0.9, 0.9),
                at[1] + self.dice.between(-0.9, 0.9),
                height * self.dice.between(0.6, 0.9),
            ];
            let r = height * self.dice.between(0.16, 0.26);
            self.set.solids.push((Shape::Ellipsoid { centre, radii: [r, r, r * 0.8] }, Surface::Leaf { seed }));
        }
    }

    /// A van or lorry standing along y: body, cab, wheels.
    fn vehicle(&mut self, at: [f32; 2], length: f32, height: f32, colour: V, stripe: V) {
        let [x, y] = at;
        let cab = length * 0.26;
        self.add([x - 1.1, y, 0.5], [x + 1.1, y + length - cab, height], Surface::Body { colour, stripe });
        let front = y + length - cab;
        self.add(
            [x - 1.05, front + 0.05, 0.5],
            [x + 1.05, y + length, height * 0.78],
            Surface::Body { colour: WHITE, stripe },
        );
        let glass = [0.07, 0.09, 0.11];
        self.plain([x - 1.08, front + 0.4, height * 0.5], [x + 1.08, y + length - 0.5, height * 0.7], glass);
        for wheel in [y + 0.9, y + length - 0.9] {
            for side in [x - 1.0, x + 1.0] {
                let tyre = Surface::Plain { colour: [0.05, 0.05, 0.05], grain: 0.2, seed: 2 };
                let centre = [side, wheel, 0.45];
                self.set.solids.push((Shape::Ellipsoid { centre, radii: [0.16, 0.45, 0.45] }, tyre));
            }
        }
    }

    fn sign(&mut self, min: V, max: V, text: &'static str, ink: V, paper: V) {
        self.add(min, max, Surface::Sign { text, ink, paper });
    }

    /// A column of smoke over a point, leaning with the wind.
    fn smoke(&mut self, at: V, puffs: usize, rise: f32, shade: f32, lean: [f32; 2]) {
        for k in 0..puffs {
            let up = k as f32 / puffs as f32;
            let centre = [
                at[0] + lean[0] * up + self.dice.between(-1.0, 1.0) * (1.0 + 3.0 * up),
                at[1] + lean[1] * up + self.dice.between(-1.0, 1.0) * (1.0 + 3.0 * up),
                at[2] + rise * up,
            ];
            let radius = 1.4 + rise * 0.22 * up + self.dice.between(0.0, 1.2);
            self.set.smoke.push(Puff { centre, radius, shade: shade * (0.75 + 0.7 * up), density: 0.95 - 0.5 * up });
        }
    }
}

/// The hospital: +y points west, the front faces east (−y), into the morning sun.
pub(super) fn hospital(wind: f32) -> Set {
    let mut b = Builder::new(11, 285.0, Ground::Dust, 0.3);
    let front = Surface::Wall { colour: WHITE, spacing: 2.7, storey: 3.3, seed: 404 };
    b.add([-17.0, 24.0, 0.0], [17.0, 38.0, 13.4], front);
    b.add([17.0, 20.0, 0.0], [29.0, 36.0, 10.0], Surface::Wall { colour: SAND, spacing: 2.5, storey: 3.3, seed: 405 });
    b.sign([-6.5, 23.75, 11.0], [6.5, 24.0, 13.0], "HOSPITAL", [0.05, 0.22, 0.42], WHITE);
    b.plain([-3.2, 21.5, 3.0], [3.2, 24.0, 3.3], GREY);
    for x in [-2.9, 2.9] {
        b.plain([x - 0.15, 21.7, 0.0], [x + 0.15, 22.0, 3.0], GREY);
    }
    b.set.holes = vec![([-10.5, 24.0, 8.2], 2.9), ([-6.0, 24.0, 4.8], 1.3), ([20.0, 20.0, 6.0], 1.7)];
    b.set.craters = vec![([-5.0, 13.5], 2.4)];
    b.rubble([-9.5, 20.5], 6.0, 2.4, 130);
    b.rubble([-4.0, 14.0], 5.0, 0.4, 60);
    b.vehicle([8.5, 10.0], 5.4, 2.5, WHITE, [0.62, 0.12, 0.10]);
    b.tree([13.5, 17.0], 6.5);
    b.tree([-19.5, 19.0], 5.5);
    b.row(-27.0, -1.0, 6.0, 60.0, [5.0, 9.5]);
    b.row(36.0, 1.0, 0.0, 60.0, [6.0, 10.0]);
    b.smoke([-9.0, 27.0, 11.0], 16, 26.0, 0.30, [wind, 8.0]);
    b.smoke([-5.0, 14.0, 0.5], 6, 7.0, 0.62, [wind * 0.3, 2.0]);
    b.set
}

/// The market square with its stalls: +y points north.
pub(super) fn market() -> Set {
    let mut b = Builder::new(23, 20.0, Ground::Cobble, 0.2);
    b.row(-15.0, -1.0, -4.0, 62.0, [7.0, 12.0]);
    b.row(15.0, 1.0, -4.0, 62.0, [6.0, 13.0]);
    b.house([-13.0, 62.0], [14.0, 72.0], 11.0, OCHRE);
    b.house([-4.0, 60.0], [1.0, 64.0], 19.0, SAND);
    let cloths: [(V, V); 4] = [
        ([0.62, 0.14, 0.12], WHITE),
        ([0.12, 0.32, 0.52], WHITE),
        ([0.70, 0.52, 0.14], [0.45, 0.20, 0.12]),
        ([0.16, 0.40, 0.22], WHITE),
    ];
    for (at, y) in [9.0f32, 16.0, 23.0, 30.0, 37.0, 44.0].into_iter().enumerate() {
        for (side, x) in [(0, -6.4f32), (1, 6.2)] {
            if at == 1 && side == 0 {
                b.rubble([x, y + 1.5], 3.2, 0.8, 46);
                b.add(
                    [x - 1.6, y, 0.25],
                    [x + 1.9, y + 3.2, 0.42],
                    Surface::Striped { one: cloths[0].0, two: WHITE, width: 0.45 },
                );
                continue;
            }
            let (one, two) = cloths[(at + 2 * side) % 4];
            b.add([x - 1.9, y, 2.5], [x + 1.9, y + 4.2, 2.62], Surface::Striped { one, two, width: 0.45 });
            b.plain([x - 1.6, y + 0.4, 0.0], [x + 1.6, y + 3.8, 0.95], [0.36, 0.24, 0.14]);
            for k in 0..7 {
                let (dx, dy) = (b.dice.between(-1.4, 1.3), b.dice.between(0.5, 3.5));
                let shade = b.dice.between(0.5, 1.0);
                let goods = Surface::Plain { colour: [0.7 * shade, 0.45 * shade, 0.15], grain: 0.3, seed: k };
                let centre = [x + dx, y + dy, 1.1];
                b.set.solids.push((Shape::Ellipsoid { centre, radii: [0.28, 0.28, 0.3] }, goods));
            }
            for (dx, dy) in [(-1.7, 0.1), (1.7, 0.1), (-1.7, 4.1), (1.7, 4.1)] {
                b.plain([x + dx - 0.05, y + dy - 0.05, 0.0], [x + dx + 0.05, y + dy + 0.05, 2.5], [0.3, 0.22, 0.15]);
            }
        }
    }
    b.set.craters = vec![([-2.2, 14.0], 1.5), ([2.6, 27.0], 1.1)];
    b.set.holes = vec![([-15.0, 17.0, 3.4], 1.1), ([15.0, 30.0, 2.0], 0.9)];
    b.rubble([-2.0, 14.0], 4.2, 0.25, 70);
    b.smoke([-3.2, 17.0, 0.3], 4, 3.0, 0.62, [2.0, 2.0]);
    b.set
}

/// The girls' school in Oshtel: +y points north-west, a wall open to the east.
pub(super) fn school() -> Set {
    let mut b = Builder::new(37, 300.0, Ground::Dust, 0.1);
    b.add([-4.0, 18.0, 0.0], [26.0, 28.0, 7.2], Surface::Wall { colour: OCHRE, spacing: 3.4, storey: 3.5, seed: 37 });
    b.add([-12.0, 9.0, 0.0], [-4.0, 28.0, 7.2], Surface::Wall { colour: OCHRE, spacing: 3.0, storey: 3.5, seed: 38 });
    b.sign([6.0, 17.8, 5.9], [17.0, 18.0, 7.0], "GIRLS SCHOOL", [0.2, 0.12, 0.08], WHITE);
    for x in [10.0, 13.0] {
        b.plain([x, 16.8, 0.0], [x + 0.3, 17.1, 3.0], WHITE);
    }
    b.plain([9.6, 16.5, 3.0], [13.7, 18.0, 3.25], WHITE);
    // The yard: a goal, benches, a flag pole.
    for x in [1.0, 4.0] {
        b.plain([x, 11.0, 0.0], [x + 0.1, 11.1, 2.0], [0.8, 0.8, 0.8]);
    }
    b.plain([1.0, 11.0, 2.0], [4.1, 11.1, 2.1], [0.8, 0.8, 0.8]);
    b.plain([16.0, 13.0, 0.35], [19.0, 13.5, 0.45], [0.35, 0.2, 0.1]);
    b.plain([20.0, 14.0, 0.0], [20.1, 14.1, 9.5], GREY);
    b.set.holes = vec![([0.5, 18.0, 5.0], 2.0), ([-4.0, 13.5, 2.0], 1.0)];
    b.set.craters = vec![([7.5, 9.5], 1.4)];
    b.rubble([0.5, 16.2], 3.6, 1.3, 80);
    b.rubble([7.5, 9.5], 3.4, 0.2, 40);
    b.tree([23.0, 12.0], 6.0);
    b.tree([27.0, 15.0], 7.0);
    b.row(34.0, 1.0, 0.0, 50.0, [4.0, 7.0]);
    b.row(-22.0, -1.0, 10.0, 60.0, [4.0, 7.5]);
    b.set
}

/// The empty school of Tarivo after the fire of 2021: one long burnt storey among trees.
pub(super) fn burnt_school() -> Set {
    let mut b = Builder::new(53, 150.0, Ground::Grass, 0.6);
    b.add(
        [-18.0, 15.0, 0.0],
        [9.0, 23.0, 4.2],
        Surface::Wall { colour: BLUE_GREY, spacing: 2.4, storey: 3.9, seed: 53 },
    );
    b.plain([-18.4, 14.6, 4.2], [-6.0, 23.4, 4.5], [0.30, 0.14, 0.10]);
    for x in 0..7 {
        let left = -5.5 + x as f32 * 2.1;
        b.plain([left, 15.0, 4.2], [left + 0.25, 23.0, 4.5], [0.06, 0.05, 0.05]);
    }
    b.set.holes = vec![([-1.0, 15.0, 2.9], 1.5), ([3.6, 15.0, 2.6], 1.4), ([7.0, 15.0, 3.2], 1.3)];
    for (x, y) in [(-24.0, 20.0), (-21.0, 28.0), (14.0, 19.0), (19.0, 25.0), (12.0, 30.0), (-9.0, 30.0), (24.0, 17.0)] {
        b.tree([x, y], 8.0);
    }
    b.plain([-26.0, 10.0, 0.0], [-6.0, 10.2, 1.1], SAND);
    b.plain([-2.0, 10.0, 0.0], [22.0, 10.2, 1.1], SAND);
    b.vehicle([11.5, 11.5], 7.5, 3.0, [0.50, 0.08, 0.06], WHITE);
    b.rubble([3.0, 13.6], 4.5, 0.4, 50);
    b.smoke([3.0, 19.0, 4.0], 12, 15.0, 0.85, [-9.0, 4.0]);
    b.set
}

/// The bakery in a narrow street of Quelmar: +y points south.
pub(super) fn bakery() -> Set {
    let mut b = Builder::new(71, 165.0, Ground::Cobble, 0.15);
    b.row(-4.6, -1.0, -6.0, 70.0, [5.5, 9.0]);
    b.row(4.6, 1.0, -6.0, 9.5, [6.0, 8.0]);
    b.house([4.6, 9.6], [14.0, 21.0], 6.4, ROSE);
    b.row(4.6, 1.0, 22.0, 70.0, [6.0, 9.5]);
    b.sign([4.3, 11.0, 3.5], [4.6, 19.0, 4.6], "OLD MILL BREAD", WHITE, [0.42, 0.16, 0.08]);
    b.add([3.2, 11.0, 2.9], [4.6, 18.5, 3.0], Surface::Striped { one: [0.7, 0.5, 0.2], two: WHITE, width: 0.5 });
    let chimney = Surface::Plain { colour: ROSE, grain: 0.3, seed: 4 };
    b.set.solids.push((Shape::Cylinder { base: [8.0, 15.0, 6.4], radius: 0.6, height: 4.2 }, chimney));
    b.set.craters = vec![([1.4, 12.0], 0.9)];
    b.set.holes = vec![([4.6, 13.0, 1.6], 1.1), ([4.6, 16.5, 1.0], 0.6)];
    b.rubble([2.4, 12.4], 2.8, 0.4, 70);
    for k in 0..8 {
        // Bread racks thrown over.
        let y = 14.5 + 0.5 * k as f32;
        b.plain([2.4, y, 0.05], [3.6, y + 0.35, 0.22 + 0.05 * (k % 3) as f32], [0.52, 0.34, 0.16]);
    }
    b.smoke([8.0, 16.5, 6.6], 16, 22.0, 0.22, [-7.0, 12.0]);
    b.smoke([4.0, 13.4, 1.8], 4, 3.0, 0.3, [-1.0, 1.5]);
    b.set
}

/// Lorries in a line before the bridge at Belquar: +y points west along the road.
pub(super) fn bridge() -> Set {
    let mut b = Builder::new(89, 275.0, Ground::Ford(4.0, 44.0, 74.0), 0.45);
    for (k, y) in [6.0f32, 16.0, 26.5, 36.0, 47.0, 58.0].into_iter().enumerate() {
        let cover: V = [[0.42, 0.44, 0.30], [0.62, 0.60, 0.54], [0.28, 0.36, 0.44]][k % 3];
        b.vehicle([-1.9, y], 7.8, 3.6, cover, [0.75, 0.73, 0.66]);
    }
    for side in [-4.3f32, 4.0] {
        b.plain([side, 40.0, 0.0], [side + 0.3, 78.0, 1.0], WHITE);
    }
    for y in [41.0f32, 77.0] {
        for x in [-5.4f32, 4.4] {
            b.house([x, y], [x + 1.0, y + 1.0], 5.2, SAND);
        }
    }
    // The barrier and sandbags of the checkpoint.
    b.add([0.2, 38.0, 1.0], [4.0, 38.12, 1.15], Surface::Striped { one: [0.6, 0.1, 0.08], two: WHITE, width: 0.4 });
    for k in 0..20 {
        let (x, z) = (4.6 + 0.55 * (k % 5) as f32, 0.12 + 0.24 * (k / 5) as f32);
        let bag = Surface::Plain { colour: SAND, grain: 0.3, seed: k };
        b.set.solids.push((Shape::Ellipsoid { centre: [x, 37.0, z], radii: [0.34, 0.24, 0.15] }, bag));
    }
    b.house([7.0, 33.0], [12.0, 37.0], 2.8, GREY);
    b.house([16.0, 14.0], [27.0, 26.0], 5.5, ROSE);
    b.house([-26.0, 20.0], [-14.0, 31.0], 4.5, WHITE);
    for (x, y) in [(9.0, 20.0), (11.0, 8.0), (-11.0, 15.0), (-15.0, 36.0), (20.0, 84.0), (-12.0, 86.0), (-24.0, 90.0)] {
        b.tree([x, y], 6.5);
    }
    b.row(30.0, 1.0, 90.0, 140.0, [4.0, 6.0]);
    b.set
}

/// The corridor road near Mistawen with one ambulance: +y points north.
pub(super) fn road() -> Set {
    let mut b = Builder::new(101, 350.0, Ground::Road(3.4), 0.05);
    b.vehicle([1.7, 11.0], 5.6, 2.6, WHITE, [0.64, 0.10, 0.08]);
    b.sign([0.58, 11.9, 1.55], [0.6, 14.1, 2.2], "AMBULANCE", [0.62, 0.08, 0.06], WHITE);
    b.set.holes = [[0.6, 14.9, 1.75], [0.6, 14.6, 1.2], [0.6, 13.2, 1.0], [0.6, 15.6, 1.5], [0.6, 11.7, 1.4]]
        .map(|centre| (centre, 0.09))
        .to_vec();
    for k in 0..14 {
        let y = 4.0 + 9.0 * k as f32;
        b.plain([-5.4, y, 0.0], [-5.25, y + 0.15, 1.0], WHITE);
        b.plain([7.0, y, 0.0], [7.12, y + 0.12, 6.5], [0.25, 0.2, 0.15]);
    }
    for (x, y) in [(-12.0, 24.0), (-16.0, 40.0), (13.0, 55.0), (-22.0, 18.0), (18.0, 30.0), (-30.0, 60.0), (11.0, 80.0)]
    {
        b.tree([x, y], 5.0);
    }
    b.house([-34.0, 70.0], [-22.0, 82.0], 5.0, WHITE);
    b.house([20.0, 95.0], [32.0, 104.0], 4.5, SAND);
    b.rubble([-0.6, 13.0], 1.6, 0.02, 14);
    b.set
}

/// A street of the Weavers' Quarter; `struck` takes the row on the right down.
pub(super) fn weavers(struck: bool) -> Set {
    let mut b = Builder::new(113, 55.0, Ground::Dust, if struck { 0.5 } else { 0.1 });
    b.row(-6.0, -1.0, -6.0, 80.0, [5.5, 7.5]);
    if struck {
        b.row(6.0, 1.0, -14.0, -2.0, [5.5, 7.0]);
        for (k, y) in [9.0f32, 17.0, 26.0, 36.0].into_iter().enumerate() {
            b.rubble([9.6, y], 6.5, 2.6 + 0.5 * k as f32, 130);
        }
        b.add([7.0, 20.0, 0.0], [7.4, 27.0, 5.0], Surface::Wall { colour: ROSE, spacing: 2.4, storey: 3.1, seed: 9 });
        b.add([8.0, 33.0, 0.0], [14.0, 33.4, 6.2], Surface::Wall { colour: SAND, spacing: 2.4, storey: 3.1, seed: 8 });
        b.set.holes = vec![([7.0, 21.0, 4.6], 1.6), ([11.0, 33.0, 5.4], 1.4), ([-6.0, 22.0, 4.0], 1.3)];
        b.smoke([11.0, 26.0, 2.0], 14, 16.0, 0.75, [4.0, 6.0]);
        b.row(6.0, 1.0, 47.0, 80.0, [5.5, 7.5]);
    } else {
        b.row(6.0, 1.0, -6.0, 80.0, [5.5, 7.5]);
        for (k, y) in [8.0f32, 15.0, 23.0, 34.0].into_iter().enumerate() {
            let one: V = [[0.6, 0.2, 0.2], [0.2, 0.3, 0.55], [0.65, 0.55, 0.2], [0.3, 0.5, 0.3]][k];
            b.add([-5.9, y, 3.6], [5.9, y + 0.04, 5.0], Surface::Striped { one, two: WHITE, width: 0.8 });
        }
    }
    b.set
}

/// The pumping station at Tarivo: a shed, two tanks, a scorched wall.
pub(super) fn water_station() -> Set {
    let mut b = Builder::new(131, 230.0, Ground::Grass, 0.75);
    for (x, y, r) in [(-9.0, 30.0, 5.5), (4.0, 34.0, 5.5)] {
        let tank = Surface::Plain { colour: [0.52, 0.58, 0.58], grain: 0.22, seed: 14 };
        b.set.solids.push((Shape::Cylinder { base: [x, y, 0.0], radius: r, height: 7.0 }, tank));
        b.plain([x - 0.3, y - r - 0.25, 0.0], [x + 0.3, y - r, 7.2], GREY);
    }
    b.add([11.0, 20.0, 0.0], [25.0, 30.0, 5.0], Surface::Wall { colour: GREY, spacing: 3.2, storey: 4.6, seed: 15 });
    b.sign([13.0, 19.8, 3.9], [21.0, 20.0, 4.8], "WATER STATION", [0.1, 0.2, 0.4], WHITE);
    for k in 0..3 {
        let z = 0.5 + 0.9 * k as f32;
        b.plain([-3.6, 29.0 - z, z], [11.0, 29.3 - z, z + 0.35], [0.2, 0.32, 0.38]);
    }
    b.set.holes = vec![([14.0, 20.0, 2.0], 1.2)];
    b.set.craters = vec![([6.0, 13.0], 1.6)];
    b.rubble([12.5, 18.4], 2.6, 0.6, 40);
    for k in 0..16 {
        let x = -24.0 + 3.2 * k as f32;
        b.plain([x, 9.0, 0.0], [x + 0.08, 9.08, 2.0], [0.4, 0.4, 0.38]);
    }
    b.plain([-24.0, 9.0, 1.9], [26.0, 9.04, 1.94], [0.4, 0.4, 0.38]);
    b.plain([-24.0, 9.0, 1.0], [26.0, 9.04, 1.04], [0.4, 0.4, 0.38]);
    for (x, y) in [(-24.0, 26.0), (-20.0, 40.0), (30.0, 34.0), (18.0, 44.0)] {
        b.tree([x, y], 7.0);
    }
    b.set
}

/// A yard with covered stretchers in rows: marked as graphic, and drawn as nothing but cloth over frames.
pub(super) fn yard() -> Set {
    let mut b = Builder::new(149, 80.0, Ground::Cobble, 0.55);
    for row in 0..2 {
        for k in 0..4 {
            let (x, y) = (-4.6 + 3.0 * k as f32 + 0.3 * row as f32, 6.5 + 4.2 * row as f32);
            b.plain([x - 0.5, y - 1.1, 0.12], [x + 0.5, y + 1.1, 0.2], [0.25, 0.3, 0.22]);
            let cloth = Surface::Plain { colour: [0.74, 0.73, 0.7], grain: 0.3, seed: 40 + k };
            for (dy, r) in [(-0.55, 0.26), (0.05, 0.3), (0.65, 0.22)] {
                let centre = [x, y + dy, 0.22];
                b.set.solids.push((Shape::Ellipsoid { centre, radii: [0.42, 0.5, r] }, cloth));
            }
        }
    }
    b.add([-16.0, 18.0, 0.0], [14.0, 24.0, 6.6], Surface::Wall { colour: SAND, spacing: 2.8, storey: 3.2, seed: 61 });
    b.row(-11.0, -1.0, 0.0, 18.0, [4.0, 6.0]);
    b.row(12.0, 1.0, 2.0, 18.0, [5.0, 7.0]);
    b.tree([8.0, 14.5], 6.0);
    b.set
}

/// One of the mortar craters of the market from above, with a measuring staff beside it.
pub(super) fn crater() -> Set {
    let mut b = Builder::new(167, 20.0, Ground::Cobble, 0.3);
    b.set.craters = vec![([0.0, 3.2], 0.85)];
    for piece in 0..150 {
        let (dx, dy) = (b.dice.between(-1.9, 1.9), b.dice.between(-1.7, 2.2));
        let away = (dx * dx + dy * dy).sqrt();
        let size = b.dice.between(0.02, 0.11) * (0.6 + 0.3 * away);
        let colour = [GREY, SAND, GREY, WHITE][piece % 4].map(|c| c * 0.8);
        let surface = Surface::Plain { colour, grain: 0.4, seed: piece as u32 };
        let radii = [size, size * 0.8, size * 0.6];
        b.set.solids.push((Shape::Ellipsoid { centre: [dx, 3.2 + dy, size * 0.3], radii }, surface));
    }
    b.add([-1.0, 2.12, 0.02], [1.0, 2.18, 0.08], Surface::Striped { one: [0.7, 0.1, 0.08], two: WHITE, width: 0.1 });
    b.plain([1.3, 3.7, 0.0], [1.7, 4.0, 0.3], [0.1, 0.25, 0.5]);
    b.plain([-2.6, 5.0, 0.0], [3.0, 5.3, 0.18], GREY);
    b.add([-4.0, 6.4, 0.0], [4.0, 7.4, 3.0], Surface::Wall { colour: ROSE, spacing: 2.3, storey: 3.1, seed: 3 });
    b.set
}
