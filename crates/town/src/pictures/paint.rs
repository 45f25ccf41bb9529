//! Surfaces, sky, light and smoke: a ray tracer for one set, seen by one camera.
//!
//! It draws houses, streets and vehicles and no people. Damage is holes, soot, craters and rubble.

use super::marks;
use super::trace::{Hit, Shape, Tree, V, add, dot, scale, sub, unit};
use crate::num::{cell, floor, layered, noise, step};
use crate::raster::Raster;

/// What a solid is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Surface {
    /// Plastered wall with a grid of windows (spacing, storey height in metres).
    Wall { colour: V, spacing: f32, storey: f32, seed: u32 },
    /// One colour with fine grain.
    Plain { colour: V, grain: f32, seed: u32 },
    /// Stripes across, of two colours.
    Striped { one: V, two: V, width: f32 },
    /// Leaves.
    Leaf { seed: u32 },
    /// A board with letters on its largest faces.
    Sign { text: &'static str, ink: V, paper: V },
    /// A vehicle's side: body, a dark band of glass, a coloured stripe.
    Body { colour: V, stripe: V },
}

/// What the ground is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Ground {
    Cobble,
    Dust,
    Grass,
    /// Asphalt of this half width along x = 0, grass beside it.
    Road(f32),
    /// Asphalt of this half width along x = 0, water from `from` to `to` along y.
    Ford(f32, f32, f32),
}

/// A cloud of smoke or dust.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Puff {
    pub centre: V,
    pub radius: f32,
    pub shade: f32,
    pub density: f32,
}

/// Everything that stands in one place.
#[derive(Debug, Clone)]
pub(super) struct Set {
    pub solids: Vec<(Shape, Surface)>,
    pub ground: Ground,
    /// Craters in the ground: position and radius.
    pub craters: Vec<([f32; 2], f32)>,
    /// Holes blown into walls: centre and radius; soot lies around them.
    pub holes: Vec<(V, f32)>,
    pub smoke: Vec<Puff>,
    /// Azimuth of +y, degrees clockwise from north.
    pub azimuth: f32,
    /// Cloud cover, 0 to 1.
    pub cloud: f32,
    pub seed: u32,
}

/// Where a camera stands in a set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Camera {
    pub at: V,
    /// Degrees clockwise from +y, and up from the horizon.
    pub yaw: f32,
    pub pitch: f32,
    /// Focal length in picture widths.
    pub focal: f32,
    /// Grain of the sensor, in 8-bit steps.
    pub grain: f32,
}

struct Light {
    sun: V,
    sun_colour: V,
    sky_low: V,
    sky_high: V,
    ambient: f32,
}

/// The set as the camera sees it with the sun at (azimuth, altitude) in degrees.
pub(super) fn render(set: &Set, camera: &Camera, sun: (f64, f64), width: usize, height: usize) -> Raster {
    let view = View::new(set, camera, sun, width, height);
    let mut colours = Vec::with_capacity(width * height);
    let mut solids = Vec::with_capacity(width * height);
    for y in 0..height {
        for x in 0..width {
            let (colour, solid) = view.colour(x as f32 + 0.5, y as f32 + 0.5);
            colours.push(colour);
            solids.push(solid);
        }
    }
    let mut raster = Raster::new(width, height, [0; 3]);
    for y in 0..height {
        for x in 0..width {
            let at = y * width + x;
            let mut colour = colours[at];
            let differs = |other: usize| solids[at] != solids[other] && contrast(colours[at], colours[other]);
            let edge = (x + 1 < width && differs(at + 1))
                || (y + 1 < height && differs(at + width))
                || (x > 0 && differs(at - 1));
            if edge {
                for (dx, dy) in [(0.2, 0.3), (0.75, 0.2), (0.3, 0.8)] {
                    colour = add(colour, view.colour(x as f32 + dx, y as f32 + dy).0);
                }
                colour = scale(colour, 0.25);
            }
            raster.set(x, y, view.develop(colour, x, y));
        }
    }
    raster
}

/// Whether two colours beside each other make a visible step.
fn contrast(a: V, b: V) -> bool {
    let d = sub(a, b);
    d[0].abs() + d[1].abs() + d[2].abs() > 0.09
}

struct View<'a> {
    set: &'a Set,
    camera: &'a Camera,
    tree: Tree,
    light: Light,
    /// Each with the way to its centre and the square of the distance to its edge, farthest first.
    smoke: Vec<(Puff, V, f32)>,
    right: V,
    up: V,
    forward: V,
    size: (f32, f32),
}

fn turn(degrees: f32) -> (f32, f32) {
    let radians = f64::from(degrees).to_radians();
    (crate::num::sin(radians) as f32, crate::num::cos(radians) as f32)
}

impl<'a> View<'a> {
    fn new(set: &'a Set, camera: &'a Camera, sun: (f64, f64), width: usize, height: usize) -> Self {
        let ((sy, cy), (sp, cp)) = (turn(camera.yaw), turn(camera.pitch));
        let mut smoke: Vec<(Puff, V, f32)> = set
            .smoke
            .iter()
            .map(|puff| {
                let to = sub(puff.centre, camera.at);
                (*puff, to, dot(to, to) - puff.radius * puff.radius)
            })
            .collect();
        smoke.sort_by(|a, b| dot(b.1, b.1).total_cmp(&dot(a.1, a.1)));
        Self {
            set,
            camera,
            tree: Tree::new(set.solids.iter().map(|s| s.0).collect()),
            light: light(sun.0 as f32 - set.azimuth, sun.1 as f32, set.cloud),
            smoke,
            right: [cy, -sy, 0.0],
            up: [-sy * sp, -cy * sp, cp],
            forward: [sy * cp, cy * cp, sp],
            size: (width as f32, height as f32),
        }
    }

    /// Colour of the ray through a point of the picture, and what it met (for edges).
    fn colour(&self, px: f32, py: f32) -> (V, usize) {
        let (width, height) = self.size;
        let x = (px - width / 2.0) / (width * self.camera.focal);
        let y = (height / 2.0 - py) / (width * self.camera.focal);
        let direction = unit(add(self.forward, add(scale(self.right, x), scale(self.up, y))));
        let origin = self.camera.at;
        let ground = if direction[2] < -1e-4 { -origin[2] / direction[2] } else { f32::INFINITY };
        let hit = self.tree.nearest(origin, direction, ground.min(2_000.0));
        let (mut colour, distance, id) = match hit {
            Some(hit) => (self.solid(hit, add(origin, scale(direction, hit.distance))), hit.distance, hit.solid),
            None if ground < 1_500.0 => {
                (self.ground(add(origin, scale(direction, ground)), ground), ground, usize::MAX - 1)
            }
            None => (self.sky(direction), f32::INFINITY, usize::MAX),
        };
        if distance.is_finite() {
            let haze = (distance / (distance + 900.0)).min(0.85);
            colour = mix(colour, self.light.sky_low, haze * haze + 0.25 * haze);
        }
        for (puff, to, edge) in &self.smoke {
            let along = dot(*to, direction);
            if along > 0.0 && along * along > *edge && along - puff.radius < distance {
                colour = self.through(puff, sub(*to, scale(direction, along)), colour);
            }
        }
        (colour, id)
    }

    fn lit(&self, point: V, normal: V, albedo: V) -> V {
        let facing = dot(normal, self.light.sun);
        let mut sum = scale(self.light.sky_high, self.light.ambient * (0.55 + 0.45 * normal[2]));
        sum = add(sum, scale([0.30, 0.26, 0.20], 0.35 * self.light.ambient * (1.0 - normal[2])));
        // Corners near the ground get less of the sky.
        let open = 0.62 + 0.38 * step(0.0, 1.6, point[2]).max(normal[2]);
        sum = scale(sum, open);
        if facing > 0.0 && !self.tree.shadowed(add(point, scale(normal, 0.01)), self.light.sun) {
            sum = add(sum, scale(self.light.sun_colour, facing));
        }
        [albedo[0] * sum[0], albedo[1] * sum[1], albedo[2] * sum[2]]
    }

    fn solid(&self, hit: Hit, point: V) -> V {
        let (shape, surface) = self.set.solids[hit.solid];
        let mut albedo = surface_colour(surface, &shape, point, hit.normal);
        let mut normal = hit.normal;
        for (at, (centre, radius)) in self.set.holes.iter().enumerate() {
            let rough = layered(point[0] * 1.7 + point[1], point[2] * 1.7 + point[1] * 0.3, 3, 77 + at as u32);
            let away = sub(point, *centre);
            let distance = dot(away, away).sqrt() / radius;
            if distance < 0.75 + 0.5 * rough {
                let brick = cell((point[0] * 3.0 + point[1] * 3.0) as i32, (point[2] * 6.0) as i32, 9);
                albedo = scale([0.16, 0.12, 0.10], 0.25 + brick * step(0.4, 1.1, distance));
                normal = unit(add(normal, [0.0, 0.0, rough - 0.5]));
            } else {
                // Smoke stains rise: more above a hole than below it.
                let rise = if away[2] > 0.0 { 2.6 } else { 1.5 };
                let soot = 1.0 - step(0.9, rise, distance * (0.7 + 0.6 * rough));
                albedo = mix(albedo, [0.05, 0.045, 0.04], 0.85 * soot);
            }
        }
        self.lit(point, normal, albedo)
    }

    fn ground(&self, point: V, distance: f32) -> V {
        let seed = self.set.seed;
        let mut albedo = ground_colour(self.set.ground, point, distance, seed);
        let mut normal = [0.0, 0.0, 1.0];
        for (at, radius) in &self.set.craters {
            let (dx, dy) = (point[0] - at[0], point[1] - at[1]);
            let ragged = 0.8 + 0.4 * noise(point[0] * 1.3, point[1] * 1.3, seed ^ 5);
            let r = (dx * dx + dy * dy).sqrt() / (radius * ragged);
            if r < 1.0 {
                albedo = mix([0.05, 0.045, 0.04], [0.20, 0.16, 0.12], r * r);
                normal = unit([-dx / radius, -dy / radius, 1.2]);
            } else if r < 2.4 {
                let thrown = (1.0 - step(1.0, 2.4, r)) * layered(point[0] * 4.0, point[1] * 4.0, 3, seed ^ 6);
                albedo = mix(albedo, [0.36, 0.30, 0.23], 1.3 * thrown);
            }
        }
        if matches!(self.set.ground, Ground::Ford(_, from, to) if point[1] > from && point[1] < to)
            && point[0].abs() > 4.0
        {
            let ripple = noise(point[0] * 0.8, point[1] * 3.0, seed ^ 8) - 0.5;
            let glitter = noise(point[0] * 2.1, point[1] * 7.0, seed ^ 9);
            return add(
                scale(self.light.sky_high, 0.32 + 0.3 * ripple),
                scale(self.light.sun_colour, 0.12 * step(0.7, 0.95, glitter)),
            );
        }
        self.lit(point, normal, albedo)
    }

    fn sky(&self, direction: V) -> V {
        let up = direction[2].max(0.0);
        let azimuth = crate::num::atan2(f64::from(direction[0]), f64::from(direction[1])) as f32;
        let ridge = 0.015 + 0.075 * layered(azimuth * 5.0 + 40.0, 0.0, 4, self.set.seed ^ 21);
        if direction[2] < ridge {
            let grain = layered(azimuth * 90.0, direction[2] * 400.0, 3, self.set.seed ^ 22);
            return mix(self.light.sky_low, [0.20, 0.24, 0.20], 0.38 + 0.22 * grain);
        }
        let blue = mix(self.light.sky_low, self.light.sky_high, step(0.0, 0.55, up));
        let (x, y) = (direction[0] / (up + 0.12), direction[1] / (up + 0.12));
        let cover = layered(x * 1.4 + 9.0, y * 1.4, 5, self.set.seed ^ 23);
        let cloud = step(0.72 - 0.5 * self.set.cloud, 0.92 - 0.45 * self.set.cloud, cover);
        let belly = 0.75 + 0.35 * layered(x * 3.0, y * 3.0, 3, self.set.seed ^ 24);
        let glow = dot(direction, self.light.sun).max(0.0);
        let white =
            scale(mix([0.9, 0.9, 0.92], self.light.sun_colour, 0.25), belly * (0.55 + 0.45 * self.light.ambient));
        add(mix(blue, white, cloud * 0.85), scale(self.light.sun_colour, 0.12 * glow * glow * glow * glow))
    }

    /// The colour behind a puff as seen through it, `beside` metres from its middle.
    fn through(&self, puff: &Puff, beside: V, under: V) -> V {
        let near = dot(beside, beside) / (puff.radius * puff.radius);
        if near >= 1.0 {
            return under;
        }
        let (u, v) = (dot(beside, self.right) / puff.radius, dot(beside, self.up) / puff.radius);
        let seed = (puff.centre[0] * 13.0) as i32 as u32 ^ 31;
        let billow = layered(u * 2.6 + 7.0, v * 2.6 + puff.centre[2], 4, seed);
        let alpha = (puff.density * (1.0 - near) * (0.35 + 1.5 * billow)).clamp(0.0, 0.96);
        // The upper left of a cloud is a little lighter, as if the sky lit it.
        let shade = puff.shade * (0.7 + 0.75 * billow) * (1.0 - 0.25 * v + 0.1 * u);
        let grey = dot(self.light.sky_high, [0.33, 0.34, 0.33]);
        let tint = mix([grey; 3], self.light.sun_colour, 0.18);
        mix(under, scale(tint, shade.max(0.02)), alpha)
    }

    /// Exposure, vignette and sensor grain.
    fn develop(&self, colour: V, x: usize, y: usize) -> [u8; 3] {
        let (width, height) = self.size;
        let (dx, dy) = (x as f32 / width - 0.5, y as f32 / height - 0.5);
        let vignette = 1.0 - 0.45 * (dx * dx + dy * dy);
        let grain = (cell(x as i32, y as i32, self.set.seed ^ 99) + cell(y as i32, x as i32, self.set.seed ^ 98) - 1.0)
            * self.camera.grain;
        let develop = |light: f32| {
            let v = (light * vignette * 1.25).max(0.0);
            // A filmic shoulder, then gamma 2.
            let v = (v * (1.0 + v * 0.18) / (1.0 + v * 0.72)).sqrt();
            (v * 255.0 + grain).clamp(0.0, 255.0) as u8
        };
        [develop(colour[0]), develop(colour[1]), develop(colour[2])]
    }
}

fn light(sun_yaw: f32, altitude: f32, cloud: f32) -> Light {
    let ((sy, cy), (sa, ca)) = (turn(sun_yaw), turn(altitude));
    // Low sun is weaker and redder.
    let high = step(-2.0, 28.0, altitude);
    let strength = (0.65 + 0.95 * high) * (1.0 - 0.75 * cloud * cloud);
    let warm = mix([1.0, 0.62, 0.34], [1.0, 0.95, 0.86], high);
    let day = 0.45 + 0.55 * step(-4.0, 20.0, altitude);
    Light {
        sun: unit([sy * ca, cy * ca, sa.max(0.02)]),
        sun_colour: scale(warm, strength),
        sky_low: scale(mix([0.86, 0.72, 0.58], [0.80, 0.85, 0.90], high.max(cloud)), day),
        sky_high: scale(mix([0.33, 0.50, 0.80], [0.62, 0.65, 0.70], cloud * 0.9), day),
        ambient: 0.62 + 0.25 * cloud,
    }
}

pub(super) fn mix(a: V, b: V, t: f32) -> V {
    let t = t.clamp(0.0, 1.0);
    add(a, scale(sub(b, a), t))
}

/// Coordinates along and up a face; along the longer horizontal axis on a roof.
fn face(point: V, normal: V) -> (f32, f32) {
    if normal[2].abs() > 0.7 {
        (point[0], point[1])
    } else if normal[0].abs() > normal[1].abs() {
        (point[1], point[2])
    } else {
        (point[0], point[2])
    }
}

fn surface_colour(surface: Surface, shape: &Shape, point: V, normal: V) -> V {
    let (u, v) = face(point, normal);
    match surface {
        Surface::Wall { colour, spacing, storey, seed } => wall(shape, (u, v), normal, colour, (spacing, storey), seed),
        Surface::Plain { colour, grain, seed } => {
            let rough = layered(u * 3.0, v * 3.0, 4, seed) - 0.5;
            scale(colour, 1.0 + grain * rough * 2.0)
        }
        Surface::Striped { one, two, width } => {
            let fold = 0.85 + 0.3 * noise(u * 2.0, v * 2.0, 3);
            scale(if floor(u / width) % 2 == 0 { one } else { two }, fold)
        }
        Surface::Leaf { seed } => {
            let leaf = layered(u * 5.0, v * 5.0 + point[0], 3, seed);
            mix([0.05, 0.09, 0.03], [0.22, 0.32, 0.11], leaf * leaf * 1.6)
        }
        Surface::Sign { text, ink, paper } => sign(shape, text, point, normal, ink, paper),
        Surface::Body { colour, stripe } => body(shape, point, normal, colour, stripe),
    }
}

fn wall(shape: &Shape, (u, v): (f32, f32), normal: V, colour: V, (spacing, storey): (f32, f32), seed: u32) -> V {
    let stain = layered(u * 0.6, v * 0.25, 4, seed);
    let grain = layered(u * 6.0, v * 6.0, 2, seed ^ 1);
    let plaster = scale(colour, 0.72 + 0.36 * stain + 0.16 * grain);
    if normal[2].abs() > 0.7 {
        return scale(plaster, 0.8);
    }
    let top = match *shape {
        Shape::Box { max, .. } => max[2],
        _ => f32::INFINITY,
    };
    let (column, row) = (floor(u / spacing) as f32, floor(v / storey) as f32);
    let (x, y) = (u / spacing - column, v / storey - row);
    if v > top - 0.35 {
        return scale(plaster, 1.12);
    }
    let roll = cell(column as i32, row as i32, seed ^ 2);
    if roll < 0.12 || (row + 1.0) * storey > top + 0.2 {
        return plaster;
    }
    let (left, right, low, high) =
        if row < 0.5 && roll > 0.82 { (0.3, 0.68, 0.0, 0.72) } else { (0.29, 0.71, 0.30, 0.78) };
    let inside = x > left && x < right && y > low && y < high;
    let frame = x > left - 0.035 && x < right + 0.035 && y > low - 0.03 && y < high + 0.03;
    if inside {
        let bar = (x - 0.5).abs() < 0.012 || (y - 0.54).abs() < 0.012;
        let shutter = cell(column as i32, row as i32, seed ^ 3);
        if shutter < 0.3 {
            let slat = if (v * 14.0).fract() < 0.4 { 0.75 } else { 1.0 };
            return scale(mix([0.16, 0.28, 0.24], [0.34, 0.22, 0.14], shutter / 0.3), slat);
        }
        return if bar { [0.5, 0.47, 0.42] } else { scale([0.08, 0.10, 0.13], 0.6 + 0.9 * roll) };
    }
    if frame { scale(colour, 1.18) } else { plaster }
}

fn sign(shape: &Shape, text: &str, point: V, normal: V, ink: V, paper: V) -> V {
    let Shape::Box { min, max } = *shape else { return paper };
    let axis = usize::from(normal[0].abs() > normal[1].abs());
    let (low, high) = (min[axis], max[axis]);
    let mut u = (point[axis] - low) / (high - low);
    // Seen from +y or −x the axis runs to the left.
    if (axis == 0 && normal[1] > 0.0) || (axis == 1 && normal[0] < 0.0) {
        u = 1.0 - u;
    }
    let v = (max[2] - point[2]) / (max[2] - min[2]);
    let (columns, rows) = (marks::width(text) as f32 + 4.0, 11.0);
    let (column, row) = (u * columns - 2.0, v * rows - 2.0);
    let written = column >= 0.0 && row >= 0.0 && marks::inked(text, column as usize, row as usize);
    if normal[2].abs() < 0.5 && written { ink } else { paper }
}

fn body(shape: &Shape, point: V, normal: V, colour: V, stripe: V) -> V {
    let Shape::Box { min, max } = *shape else { return colour };
    let height = (point[2] - min[2]) / (max[2] - min[2]);
    let dirt = layered(point[0] * 2.0 + point[1] * 2.0, point[2] * 3.0, 3, 41);
    let painted = scale(mix(colour, [0.35, 0.29, 0.22], (0.55 - height).max(0.0) * dirt * 1.6), 0.85 + 0.3 * dirt);
    if normal[2].abs() > 0.7 {
        return painted;
    }
    if (0.36..0.46).contains(&height) { stripe } else { painted }
}

fn ground_colour(ground: Ground, point: V, distance: f32, seed: u32) -> V {
    let (x, y) = (point[0], point[1]);
    // Far away the fine octaves fall below a pixel and only make noise.
    let octaves = if distance > 60.0 {
        2
    } else if distance > 20.0 {
        3
    } else {
        5
    };
    let rough = layered(x * 0.9, y * 0.9, octaves, seed ^ 11);
    // Pebbles and tufts, as far as a pixel can show them.
    let close = 1.0 - step(8.0, 45.0, distance);
    let fine = if close > 0.0 {
        close * (noise(x * 13.0, y * 13.0, seed ^ 13) + 0.6 * noise(x * 31.0, y * 31.0, seed ^ 14) - 0.8)
    } else {
        0.0
    };
    let dust = || {
        let tracks = step(0.55, 0.75, layered(x * 1.1, y * 0.12, 2, seed ^ 15));
        scale([0.44, 0.37, 0.28], 0.65 + 0.6 * rough + 0.34 * fine - 0.12 * tracks)
    };
    let grass = || {
        let bare = step(0.52, 0.68, layered(x * 0.25, y * 0.25, 3, seed ^ 16));
        let blades = mix([0.17, 0.20, 0.08], [0.36, 0.36, 0.17], (rough + 0.8 * fine) * 1.2);
        mix(blades, [0.40, 0.34, 0.25], 0.7 * bare)
    };
    let asphalt = || {
        let dash = x.abs() < 0.09 && (y * 0.25).fract().abs() < 0.5;
        if dash { [0.55, 0.54, 0.48] } else { scale([0.17, 0.17, 0.175], 0.7 + 0.6 * rough + 0.4 * fine) }
    };
    match ground {
        Ground::Dust => dust(),
        Ground::Grass => grass(),
        Ground::Cobble => {
            let row = floor(y * 3.2) as f32;
            let shifted = x * 2.6 + 0.5 * (row as i32 % 2) as f32;
            let (fx, fy) = (shifted - floor(shifted) as f32, y * 3.2 - row);
            let joint = fx.min(1.0 - fx).min(fy.min(1.0 - fy)) < 0.07 && distance < 40.0;
            let stone = cell(floor(shifted), row as i32, seed ^ 12);
            scale([0.36, 0.33, 0.30], if joint { 0.45 } else { 0.55 + 0.4 * stone + 0.4 * rough + 0.2 * fine })
        }
        Ground::Road(half) => {
            let edge = half + 0.3 * (rough - 0.5);
            if x.abs() < edge {
                asphalt()
            } else if x.abs() < edge + 1.2 {
                dust()
            } else {
                grass()
            }
        }
        Ground::Ford(half, from, to) => {
            if x.abs() < half {
                asphalt()
            } else if y > from - 3.0 && y < to + 3.0 {
                dust()
            } else {
                grass()
            }
        }
    }
}
