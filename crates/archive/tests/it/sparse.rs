//! An archive opened for a few entries says of those what the whole one says, and goes on where either left off.

use proptest::prelude::*;
use witnessmark_archive::{Archive, Draft, Kind, NewPack};
use witnessmark_model::entry::{Claimed, Decision, Relation, Withdrawn};
use witnessmark_model::{EntryRef, ItemId, SubjectId};

use crate::support::{archive, collect, collected, outside};

fn sparse(root: &std::path::Path) -> Archive {
    Archive::open_sparse(root, None, outside()).unwrap()
}

fn whole(root: &std::path::Path) -> Archive {
    Archive::open(root, None, outside()).unwrap()
}

/// One thing that is done to an archive, by number.
fn act(a: &mut Archive, what: u8, of: usize, items: &mut Vec<ItemId>, said: &mut Vec<EntryRef>) {
    let owner = a.member(None).unwrap();
    let mut session = a.session(owner).unwrap();
    let some = |items: &Vec<ItemId>| items[of % items.len()];
    match what {
        0 => items.push(collect(&mut session, format!("item {}", items.len()).as_bytes(), "open")),
        1 => {
            let subject = session.new_subject().unwrap();
            let arrival = session.store_sealed(format!("account {}", items.len()).as_bytes(), subject).unwrap();
            session.append(vec![Draft::sealed(collected(arrival, Some(subject), "sealed"), subject)]).unwrap();
            items.push(arrival.item);
        }
        2 => {
            let item = some(items);
            let serde_json::Value::Object(row) = serde_json::json!({"kind": "text", "text": "words"}) else { return };
            let pack = NewPack {
                analyzer: "text".into(),
                version: said.len() as u32,
                config: String::new(),
                covers: [item].into(),
                rows: vec![(item, row)],
                subject: None,
            };
            said.push(session.observe(pack).unwrap().0);
        }
        3 => {
            let body = Claimed {
                item: some(items),
                row: None,
                claim: serde_json::json!({"act": "shelling"}).into(),
                decision: Decision::Accepted,
                subject: None,
                shown: None,
                reason: None.into(),
                supersedes: said.get(of % said.len().max(1)).copied().into_iter().collect(),
            };
            said.extend(session.append(vec![Draft::open(body)]).unwrap());
        }
        4 if !said.is_empty() => {
            let target = said[of % said.len()];
            let reason = "undone".to_owned().into();
            let body = Withdrawn { entry: Some(target), item: None, subject: None, reason };
            said.extend(session.append(vec![Draft::open(body)]).unwrap());
        }
        5 => {
            let (from, to) = (some(items), items[0]);
            let basis = "seen".to_owned().into();
            let body =
                witnessmark_model::entry::Related { from, to, relation: Relation::Reposts, basis, supersedes: vec![] };
            session.append(vec![Draft::open(body)]).unwrap();
        }
        _ => {
            let item = some(items);
            drop(session);
            if let Ok(mut whole) = a.whole().and_then(|()| a.plan_erasure(item)).map(|plan| (plan, a)) {
                let plan = std::mem::replace(&mut whole.0, unsaid());
                whole.1.session(owner).unwrap().erase(&plan, "asked for").unwrap();
            }
        }
    }
}

fn unsaid() -> witnessmark_archive::erase::ErasePlan {
    witnessmark_archive::erase::ErasePlan {
        subject: SubjectId([0; 16]),
        identities: vec![],
        items: vec![],
        entries: vec![],
        blobs: vec![],
        fields: 0,
        issued_since: vec![],
        holds: vec![],
    }
}

/// What is said of an item: its entries, which of them stand, and under whose key it lies.
fn view(a: &Archive, item: ItemId) -> String {
    let world = a.world();
    let entries: Vec<_> =
        world.ever_about_item(item).map(|e| (e.at, e.body.kind().to_owned(), world.is_current(e.at))).collect();
    let subject = world.subject_of(item);
    let erased = subject.map(|s| world.is_erased(s));
    format!("{entries:?} {subject:?} {erased:?} {:?} {:?}", world.tier_of(item), world.withdrawal_of(item))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_part_of_the_entries_says_of_an_item_what_all_say(
        acts in prop::collection::vec((0..7u8, 0..100usize, any::<bool>()), 1..14)
    ) {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("a");
        let mut a = archive(&root);
        let (mut items, mut said) = (Vec::new(), Vec::new());
        act(&mut a, 0, 0, &mut items, &mut said);
        for (what, of, is_sparse) in acts {
            // Either way of opening goes on where the other left off.
            a = if is_sparse { sparse(&root) } else { whole(&root) };
            act(&mut a, what, of, &mut items, &mut said);
        }
        drop(a);
        let all = whole(&root);
        let checked = all.check(|_, _| ()).unwrap();
        prop_assert!(checked.holds(), "{:?}", checked.findings);
        for item in &items {
            let mut few = sparse(&root);
            few.bring_item(*item).unwrap();
            prop_assert_eq!(view(&few, *item), view(&all, *item));
        }
        // Without its tables it says the same, and makes the same tables.
        let tables = all.derived().dump().unwrap();
        drop(all);
        std::fs::remove_dir_all(root.join("derived")).unwrap();
        let mut few = sparse(&root);
        for item in &items {
            few.bring_item(*item).unwrap();
        }
        prop_assert_eq!(few.derived().dump().unwrap(), tables);
        few.whole().unwrap();
        let all = whole(&root);
        prop_assert_eq!(few.world(), all.world());
    }
}

#[test]
fn what_goes_through_everything_is_refused_or_reads_everything_first() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    let mut a = archive(&root);
    let owner = a.member(None).unwrap();
    let items: Vec<ItemId> =
        (0..20_u32).map(|i| collect(&mut a.session(owner).unwrap(), &i.to_le_bytes(), "x")).collect();
    drop(a);
    let mut few = sparse(&root);
    assert!(few.world().len() < 3, "few entries are read");
    assert_eq!(few.status().unwrap_err().kind, Kind::Bug);
    assert_eq!(few.check(|_, _| ()).unwrap_err().kind, Kind::Bug);
    assert_eq!(few.backlog("text", 1).unwrap_err().kind, Kind::Bug);
    few.bring_item(items[3]).unwrap();
    assert_eq!(few.world().captures(items[3]).count(), 1);
    assert_eq!(few.world().captures(items[4]).count(), 0);
    few.whole().unwrap();
    assert!(few.status().unwrap().items == 20 && few.check(|_, _| ()).unwrap().holds());
    let seen = NewPack {
        analyzer: "text".into(),
        version: 1,
        config: String::new(),
        covers: items[2..5].iter().copied().collect(),
        rows: Vec::new(),
        subject: None,
    };
    few.session(owner).unwrap().observe(seen).unwrap();
    assert_eq!(few.waiting(&[("text", 1), ("type", 1)]).unwrap(), [17, 20]);
    assert_eq!(few.backlog("text", 1).unwrap().len(), 17);
}

/// A clock that goes back is written down by whichever way the archive was opened.
#[test]
fn a_clock_that_went_back_is_recorded_from_a_sparse_archive() {
    use std::sync::atomic::{AtomicI64, Ordering};
    static NOW: AtomicI64 = AtomicI64::new(1_934_000_000);
    let clock = || {
        witnessmark_archive::Outside::new(
            || jiff::Timestamp::from_second(NOW.load(Ordering::Relaxed)).unwrap(),
            |bytes| bytes.fill(NOW.fetch_add(0, Ordering::Relaxed) as u8),
        )
    };
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a");
    drop(archive(&root));
    let mut a = Archive::open_sparse(&root, None, clock()).unwrap();
    let owner = a.member(None).unwrap();
    collect(&mut a.session(owner).unwrap(), b"first", "x");
    NOW.fetch_sub(3600, Ordering::Relaxed);
    collect(&mut a.session(owner).unwrap(), b"second", "x");
    drop(a);
    let a = whole(&root);
    let clocks: Vec<_> = a.world().entries().filter_map(|e| e.clock.clone()).collect();
    assert!(clocks.iter().any(|note| note.contains("3600 s behind entry 1")), "{clocks:?}");
}
