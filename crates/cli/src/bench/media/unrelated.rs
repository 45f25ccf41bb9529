//! How often pictures of different things are said to be the same: parts of all pictures with parts of all others, end to end
//! through hashes, index, alignment and residual, as an archive joins them.
//!
//! The index proposes few of the pairs that it stands for; all of them count as tested, because all that is not proposed is
//! answered with *no*. Pairs share pictures, so they are fewer independent trials than their number says.

use witnessmark_analyze::media::pdq;
use witnessmark_analyze::media::raster::Gray;
use witnessmark_weigh::pictures::pair::Known;
use witnessmark_weigh::pictures::points::Points;
use witnessmark_weigh::pictures::residual::Verdict;
use witnessmark_weigh::pictures::{ALIGNED_UP_TO, MatchKind, Pdq, Picture, join_with_points};

use super::{points_of, suffer};

/// Sides of a part, in pixels, are not under this.
const LEAST_SIDE: usize = 150;
/// Pictures are cut into one, four and nine parts.
const GRIDS: [usize; 3] = [1, 2, 3];
/// Most asserted pairs that are named.
const MOST_NAMED: usize = 60;

/// One part of a picture.
struct Part {
    picture: usize,
    grid: (usize, usize),
    pdq: Pdq,
    turned: Vec<[u64; 4]>,
    points: Points,
}

fn parts(picture: usize, of: &Gray) -> Vec<Part> {
    let mut out = Vec::new();
    for grid in GRIDS.into_iter().filter(|grid| of.width.min(of.height) / grid >= LEAST_SIDE) {
        for cell in 0..grid * grid {
            let place = |at: usize| if grid == 1 { 0.0 } else { at as f64 / (grid - 1) as f64 };
            let part = suffer::crop(of, 1.0 - 1.0 / grid as f64, place(cell % grid), place(cell / grid));
            let Some(terms) = pdq::terms_of_gray(&part) else { continue };
            let turned = terms.dihedral()[1..].iter().map(|pdq| pdq.0).collect();
            let pdq = Pdq { words: terms.pdq().0, quality: terms.quality };
            out.push(Part { picture, grid: (grid, cell), pdq, turned, points: points_of(&part) });
        }
    }
    out
}

/// Prints how many pairs of parts of different pictures were asserted, and which.
pub fn run(pictures: &[(String, Gray)], print: impl Fn(String)) {
    let mut all: Vec<Part> = pictures.iter().enumerate().flat_map(|(n, (_, p))| parts(n, p)).collect();
    all.truncate(ALIGNED_UP_TO);
    let joined: Vec<Picture<'_>> = all.iter().map(|p| Picture { pdq: p.pdq, turned: &p.turned }).collect();
    let points: Vec<Option<&Points>> = all.iter().map(|p| Some(&p.points)).collect();
    let found = join_with_points(&joined, &points, &[], &Known::default(), Some(false));
    let other = |a: usize, b: usize| all[a].picture != all[b].picture;
    let mut of_picture = vec![0u64; pictures.len()];
    all.iter().for_each(|part| of_picture[part.picture] += 1);
    let pairs = |n: u64| n * n.saturating_sub(1) / 2;
    let tested = pairs(all.len() as u64) - of_picture.iter().map(|n| pairs(*n)).sum::<u64>();
    let aligned = found.aligned.iter().filter(|p| other(p.a, p.b));
    let asserted: Vec<_> = aligned.clone().filter(|p| p.residual.asserted).collect();
    let review = aligned.clone().count() - asserted.len();
    let copies = asserted.iter().filter(|p| p.verdict() == Verdict::Derived).count();
    let same_hash = |m: &&witnessmark_weigh::pictures::PictureMatch| m.kind == MatchKind::Same && other(m.a, m.b);
    let hashed = found.matches.iter().filter(same_hash).filter(|m| m.distance <= 31).count();
    print(format!(
        "{} parts of {} pictures, {tested} pairs of parts of different pictures: {} asserted by points ({copies} as copies), \
         {review} for review, {hashed} by hash; rate of false assertions at most {:.1e} (95 %)",
        all.len(),
        pictures.len(),
        asserted.len(),
        bound(asserted.len() as u64, tested),
    ));
    for p in asserted.iter().take(MOST_NAMED) {
        let name = |i: usize| format!("{} {:?}", pictures[all[i].picture].0, all[i].grid);
        print(format!(
            "  {} | {} : {} points, {:?}, same {:.2}, likeness {:.2}",
            name(p.a),
            name(p.b),
            p.inliers,
            p.verdict(),
            p.residual.same,
            p.residual.likeness
        ));
    }
}

/// The rate that `k` of `n` leave possible at 95 %: the rule of three for none (Clopper and Pearson's bound), and Byar's
/// approximation of Poisson's bound for some.
pub fn bound(k: u64, n: u64) -> f64 {
    let n = n.max(1) as f64;
    if k == 0 {
        return 1.0 - 0.05f64.powf(1.0 / n);
    }
    let k = k as f64 + 1.0;
    k * (1.0 - 1.0 / (9.0 * k) + 1.645 / (3.0 * k.sqrt())).powi(3) / n
}

#[cfg(test)]
mod tests {
    use super::bound;

    #[test]
    fn bounds_are_those_of_the_tables() {
        // The exact bounds of Poisson's distribution for 0, 1 and 10 of a million at 95 %, one-sided.
        for (k, expected) in [(0, 2.996e-6), (1, 4.744e-6), (10, 16.96e-6)] {
            let got = bound(k, 1_000_000);
            assert!((got / expected - 1.0).abs() < 0.01, "{k}: {got}");
        }
    }
}
