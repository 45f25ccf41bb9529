//! A search of an archive whose hashes lie in runs finds what holding every picture against the file finds, whatever the runs
//! have missed since, and whatever they hold.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use witnessmark_analyze::media::pdq;
use witnessmark_archive::NewPack;
use witnessmark_desk::facts::gather;
use witnessmark_desk::hashes;
use witnessmark_desk::similar::{Asked, search, similar};
use witnessmark_model::ItemId;

use crate::support::Desk;

pub const CASES: &[crate::Case] = &[("search_by_runs_equals_search_without", by_runs)];

/// Enough that runs are kept.
const PICTURES: usize = 2_400;

fn hex(words: [u64; 4]) -> String {
    words.iter().map(|word| format!("{word:016x}")).collect()
}

/// Ten pictures around each of many centres, up to 45 bits off; every ninth is too poor to be matched.
fn row(n: usize) -> Map<String, Value> {
    let centre =
        |i: usize| ((n / 10 * 4 + i + 1) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(i as u32 * 17);
    let mut words: [u64; 4] = std::array::from_fn(centre);
    (0..n % 10 * 5).for_each(|bit| words[bit % 4] ^= 1 << (bit * 7 % 64));
    let turned: Vec<String> = (1..8).map(|k| hex(words.map(|word| word.rotate_left(9 * k) ^ u64::from(k)))).collect();
    let row = json!({
        "kind": "picture_hash", "pdq": hex(words), "quality": if n.is_multiple_of(9) { 20 } else { 90 }, "dihedral": turned,
    });
    row.as_object().cloned().unwrap_or_default()
}

fn observed(desk: &mut Desk, rows: BTreeMap<ItemId, Map<String, Value>>) {
    let member = desk.archive.member(None).expect("a member");
    let pack = NewPack {
        analyzer: pdq::MANIFEST.name.into(),
        version: pdq::MANIFEST.version,
        config: String::new(),
        covers: rows.keys().copied().collect(),
        rows: rows.into_iter().collect(),
        subject: None,
    };
    desk.archive.session(member).expect("a session").observe(pack).expect("observed");
}

fn by_runs() {
    let mut desk = Desk::new();
    (0..PICTURES).for_each(|n| desk.put(&format!("{n:04}.bin"), format!("picture {n}")));
    desk.collect();
    let ids: Vec<ItemId> = desk.captures().into_iter().map(|(_, c)| c.item).collect();
    let (first, last) = ids.split_at(PICTURES - 20);
    observed(&mut desk, first.iter().enumerate().map(|(n, id)| (*id, row(n))).collect());
    hashes::bring(&desk.archive, &gather(&desk.archive).expect("gathered"));
    assert!(hashes::folder(&desk.archive).join("contents").exists());
    // What came after the runs were made: of the centres that pictures 0 to 19 lie around.
    observed(&mut desk, last.iter().enumerate().map(|(n, id)| (*id, row(n))).collect());

    let asked: Vec<Asked> = [0, 1, 4, 777, 1_999]
        .iter()
        .map(|n| Asked::from_rows(Some(ids[*n]), [&row(*n)]))
        .chain([Asked::from_rows(None, [&row(90_001)]), Asked::from_rows(None, [&row(9)])])
        .collect();
    let same = |desk: &Desk, how: &str| {
        let items = gather(&desk.archive).expect("gathered");
        let mut many = 0;
        for asked in &asked {
            let found = search(&desk.archive, asked).expect("searched");
            assert_eq!(found.like, similar(&items, asked), "{how}");
            assert_eq!(found.items.len(), found.like.len(), "{how}");
            assert!(found.reviewed, "{how}");
            many += found.like.len();
        }
        assert!(many > 30, "{how}: {many}");
    };
    same(&desk, "with runs");

    // Runs of pictures that are not in the archive: they propose nothing that is, and hide nothing.
    let items = hashes::folder(&desk.archive).join("items");
    let strange: Vec<u8> = std::fs::read(&items).expect("ids").iter().map(|byte| byte ^ 0x5a).collect();
    std::fs::write(&items, strange).expect("written");
    let likely = hashes::likely(&desk.archive, &[[0; 4]]).expect("runs");
    assert!(likely.covered.len() > 2_000 && ids.iter().all(|id| !likely.covered.contains(id)));
    same(&desk, "with runs of something else");

    std::fs::remove_dir_all(hashes::folder(&desk.archive)).expect("removed");
    same(&desk, "without runs");
}
