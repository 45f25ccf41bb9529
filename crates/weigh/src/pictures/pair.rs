//! Two aligned pictures as a row, and back: what was found once need not be found again.
//!
//! Whole numbers and shares as they were, rounded where a digit more would say nothing; the verdict is kept, never drawn again
//! from rounded numbers. It deliberately names no items: whoever keeps the row does.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::alike::Aligned;
use super::grain::Grain;
use super::residual::{Residual, Verdict};
use super::transform::Place;

/// Version of what is found about two pictures: raised whenever candidates, alignment, residual or its rules change.
pub const VERSION: u32 = 4;
/// Most corners of a shared part that are read back.
const MOST_CORNERS: usize = 512;

/// What is known about pictures before they are joined, by places in the slice that is joined.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Pictures that were held against each other before.
    pub covered: BTreeSet<usize>,
    /// What that found, by (a, b) with a < b. Two covered pictures that are not here share nothing.
    pub pairs: BTreeMap<(usize, usize), Aligned>,
    /// What was found of their hashes.
    pub before: super::Before,
}

fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

fn polygon(places: &[Place]) -> Value {
    places.iter().map(|(x, y)| json!([rounded(*x), rounded(*y)])).collect()
}

impl Aligned {
    /// All that [`Aligned::from_row`] reads, beside the two.
    pub fn to_row(&self) -> Map<String, Value> {
        let r = &self.residual;
        let mut row = Map::new();
        let body = json!({
            "inliers": self.inliers, "mirrored": self.mirrored, "verdict": r.verdict.as_str(), "asserted": r.asserted,
            "blocks": r.blocks, "same": rounded(r.same), "likeness": rounded(r.likeness), "spots": r.spots, "moved": r.moved,
            "past": [rounded(r.past.0), rounded(r.past.1)], "turn": rounded(r.turn), "turn_errors": rounded(r.turn_errors),
            "one_size": r.one_size, "astray": rounded(r.astray), "shared": [rounded(r.shared.0), rounded(r.shared.1)],
            "laid": r.laid.map(rounded), "overlap": {"a": polygon(&r.overlap.0), "b": polygon(&r.overlap.1)},
        });
        if let Value::Object(body) = body {
            row.extend(body);
        }
        if let Some(grain) = r.grain {
            let alike = rounded(grain.alike.into());
            row.insert(
                "grain".into(),
                json!([alike, rounded(grain.deviation.0.into()), rounded(grain.deviation.1.into())]),
            );
        }
        row
    }

    /// Reads what [`Aligned::to_row`] writes; nothing where it is anything else.
    pub fn from_row(a: usize, b: usize, row: &Map<String, Value>) -> Option<Aligned> {
        let number = |name: &str| row.get(name)?.as_f64().filter(|v| v.is_finite());
        let count = |name: &str| usize::try_from(row.get(name)?.as_u64()?).ok();
        let said = |name: &str| row.get(name)?.as_bool();
        let numbers = |value: &Value| -> Option<Vec<f64>> { value.as_array()?.iter().map(Value::as_f64).collect() };
        let two = |name: &str| match numbers(row.get(name)?)?.as_slice() {
            [one, other] => Some((*one, *other)),
            _ => None,
        };
        let corners = |of: &str| -> Option<Vec<Place>> {
            let list = row.get("overlap")?.get(of)?.as_array()?;
            let place = |value: &Value| match numbers(value)?.as_slice() {
                [x, y] => Some((*x, *y)),
                _ => None,
            };
            if list.len() > MOST_CORNERS { None } else { list.iter().map(place).collect() }
        };
        let grain = match row.get("grain") {
            None => None,
            Some(value) => match numbers(value)?.as_slice() {
                [alike, one, other] => Some(Grain { alike: *alike as f32, deviation: (*one as f32, *other as f32) }),
                _ => return None,
            },
        };
        Some(Aligned {
            a,
            b,
            inliers: count("inliers")?,
            mirrored: said("mirrored")?,
            residual: Residual {
                verdict: Verdict::of(row.get("verdict")?.as_str()?)?,
                asserted: said("asserted")?,
                blocks: count("blocks")?,
                same: number("same")?,
                likeness: number("likeness")?,
                spots: count("spots")?,
                moved: count("moved")?,
                past: two("past")?,
                turn: number("turn")?,
                turn_errors: number("turn_errors")?,
                one_size: said("one_size")?,
                grain,
                astray: number("astray")?,
                shared: two("shared")?,
                laid: numbers(row.get("laid")?)?.try_into().ok()?,
                overlap: (corners("a")?, corners("b")?),
            },
        })
    }

    /// The other way round: from the second to the first.
    pub fn turned_round(mut self) -> Aligned {
        let r = &mut self.residual;
        r.past = (r.past.1, r.past.0);
        r.shared = (r.shared.1, r.shared.0);
        r.turn = -r.turn;
        r.laid = inverse(&r.laid);
        std::mem::swap(&mut r.overlap.0, &mut r.overlap.1);
        r.grain = r.grain.map(|g| Grain { deviation: (g.deviation.1, g.deviation.0), ..g });
        Aligned { a: self.b, b: self.a, ..self }
    }
}

/// The affinity back; one that flattens everything is left as it is.
fn inverse(l: &[f64; 6]) -> [f64; 6] {
    let determinant = l[0] * l[4] - l[1] * l[3];
    if determinant.abs() < 1e-12 {
        return *l;
    }
    let (a, b, c, d) = (l[4] / determinant, -l[1] / determinant, -l[3] / determinant, l[0] / determinant);
    [a, b, -(a * l[2] + b * l[5]), c, d, -(c * l[2] + d * l[5])]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair() -> Aligned {
        Aligned {
            a: 3,
            b: 5,
            inliers: 44,
            mirrored: true,
            residual: Residual {
                verdict: Verdict::CannotTell,
                asserted: true,
                blocks: 300,
                same: 0.9876,
                likeness: 0.9912,
                spots: 1,
                moved: 0,
                past: (0.1, 0.0),
                turn: -0.25,
                turn_errors: 2.5,
                one_size: false,
                grain: Some(Grain { alike: 0.5, deviation: (0.75, 0.5) }),
                astray: 0.02,
                shared: (0.36, 1.0),
                laid: [0.5, 0.0, 0.25, 0.0, 0.5, 0.125],
                overlap: (vec![(0.2, 0.2), (0.8, 0.2), (0.8, 0.8)], vec![(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)]),
            },
        }
    }

    #[test]
    fn a_row_gives_back_what_it_was_made_of() {
        let pair = pair();
        assert_eq!(Aligned::from_row(3, 5, &pair.to_row()), Some(pair.clone()));
        assert_eq!(pair.clone().turned_round().turned_round(), pair);
    }

    #[test]
    fn a_row_without_one_of_its_fields_is_no_pair() {
        let row = pair().to_row();
        for name in row.keys().filter(|name| *name != "grain") {
            let mut less = row.clone();
            less.remove(name);
            assert_eq!(Aligned::from_row(3, 5, &less), None, "{name}");
            less.insert(name.clone(), json!({"x": []}));
            assert_eq!(Aligned::from_row(3, 5, &less), None, "{name}");
        }
    }
}
