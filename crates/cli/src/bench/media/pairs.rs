//! Two captures of one scene, as the user brings them: which of the answers each kind of pair gets.
//!
//! Of a folder, files named CASE.NUMBER.a.jpg and CASE.NUMBER.b.jpg (or .png) are a pair: two exposures, a stereo pair, two frames of a
//! film. Each pair is compared as it is and with the second cropped, made smaller and saved again, as somebody passes it on. It
//! deliberately knows nothing of what the cases are: that is in their names.

use std::collections::BTreeMap;

use witnessmark_analyze::media::raster::{self, Gray};
use witnessmark_weigh::pictures::residual::Verdict;
use witnessmark_weigh::pictures::{SAME_WITHIN, alike};

use super::{fitted, points_of, suffer};
use crate::terminal::out;

type Way = fn(&Gray) -> Gray;

/// What is done to the second picture.
const WAYS: &[(&str, Way)] = &[
    ("as it is", Gray::clone),
    ("saved at 75", |p| suffer::jpeg(p, 75)),
    ("cropped by 10 %", |p| suffer::jpeg(&suffer::crop(p, 0.1, 0.3, 0.6), 88)),
    ("at 0.6 of the size", |p| suffer::jpeg(&suffer::fit(p, p.width.max(p.height) * 6 / 10), 85)),
];

/// Prints, for each case and each way, how many pairs are called copy, separate capture, cannot tell, or share nothing, and how many of
/// them have hashes so near that they would be one picture by those.
pub fn run(files: &[(String, Vec<u8>)]) {
    let mut pairs: BTreeMap<(String, String), BTreeMap<String, Gray>> = BTreeMap::new();
    for (path, bytes) in files {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let parts: Vec<&str> = name.split('.').collect();
        if let ([case, number, which, _], Ok(picture)) = (&parts[..], raster::gray(bytes)) {
            let pair = pairs.entry(((*case).into(), (*number).into())).or_default();
            pair.insert((*which).into(), fitted(picture));
        }
    }
    let mut counts: BTreeMap<(String, &str), [usize; 5]> = BTreeMap::new();
    for ((case, _), pair) in &pairs {
        let Some((a, b)) = pair.get("a").zip(pair.get("b")) else { continue };
        let first = points_of(a);
        for (name, way) in WAYS {
            let second = way(b);
            let verdict = alike::compare(&first, &points_of(&second)).map(|(_, found)| found.verdict);
            let place = match verdict {
                Some(Verdict::Derived) => 0,
                Some(Verdict::Separate) => 1,
                Some(_) => 2,
                None => 3,
            };
            let count = counts.entry((case.clone(), name)).or_default();
            count[place] += 1;
            count[4] += usize::from(super::hash(a).0.distance(&super::hash(&second).0) <= SAME_WITHIN);
        }
    }
    out("copy separate cannot-tell nothing | hashes within 31");
    for ((case, way), [copy, separate, cannot_tell, nothing, near]) in counts {
        out(format_args!("{copy:>4} {separate:>8} {cannot_tell:>11} {nothing:>7} | {near:>4}  {case}, {way}"));
    }
}
