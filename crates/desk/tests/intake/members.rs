//! Zips among the files.

use crate::Case;
use crate::support::{Desk, zip};

pub const CASES: &[Case] = &[
    ("members_of_a_zip_are_items_and_the_zip_is_kept", members),
    ("a_second_run_takes_nothing_twice", twice),
    ("zips_in_zips_come_out_to_a_depth", nested),
    ("a_broken_zip_loses_nothing_else", broken),
    ("a_plan_says_what_is_in_a_zip", planned),
    ("a_member_that_lies_about_its_length_is_named", hostile_sizes),
];

fn members() {
    let mut desk = Desk::new();
    let bytes = zip(&[("photos/one.jpg", b"\xff\xd8\xff one"), ("note.txt", "ملاحظة".as_bytes())]);
    desk.put("phone/dump.zip", &bytes);
    desk.put("beside.txt", "beside");
    let done = desk.collect();
    assert_eq!((done.new, done.unpacked, done.passed_over.len(), done.odd.len()), (4, 1, 0, 0), "{done:?}");
    assert_eq!(desk.bytes("phone/dump.zip"), bytes);
    assert_eq!(desk.bytes("phone/dump.zip/note.txt"), "ملاحظة".as_bytes());
    let captures = desk.captures();
    let (_, one) = captures.iter().find(|(name, _)| name.ends_with("one.jpg")).expect("the picture");
    assert_eq!(one.parent, Some(desk.item("phone/dump.zip")));
    assert_eq!((one.relation.as_deref(), one.recipe.as_deref()), (Some("member"), Some("zip@1")));
}

fn twice() {
    let mut desk = Desk::new();
    desk.put("a.zip", zip(&[("1.txt", b"one"), ("2.txt", b"two")]));
    assert_eq!(desk.collect().new, 3);
    let entries = desk.archive.log().size();
    let again = desk.collect();
    assert_eq!((again.new, again.known), (0, 3));
    assert_eq!(desk.archive.log().size(), entries);
    // The same bytes under another name came another way.
    desk.put("b.zip", zip(&[("1.txt", b"one"), ("2.txt", b"two")]));
    assert_eq!(desk.collect().new, 3);
    assert_eq!(desk.archive.world().captures(desk.item("a.zip/1.txt")).count(), 2);
}

fn nested() {
    let mut desk = Desk::new();
    let mut inner = zip(&[("deep.txt", b"deep")]);
    for _ in 0..4 {
        inner = zip(&[("in.zip", &inner), ("beside.txt", b"x")]);
    }
    desk.put("out.zip", inner);
    let done = desk.collect();
    assert_eq!(desk.bytes("out.zip/in.zip/in.zip/beside.txt"), b"x");
    assert!(desk.captures().iter().all(|(name, _)| !name.ends_with("deep.txt")));
    assert!(
        done.odd.iter().any(|(name, what)| name.ends_with("in.zip/in.zip/in.zip") && what.contains("deep")),
        "{done:?}"
    );
}

fn broken() {
    let mut desk = Desk::new();
    let whole = zip(&[("a.txt", b"first"), ("b.txt", b"second")]);
    desk.put("1-cut.zip", &whole[..whole.len() - 40]);
    desk.put("2-no.zip", "this is no zip");
    desk.put("3-good.zip", &whole);
    let mut encrypted = whole.clone();
    let at = encrypted.windows(4).position(|w| w == b"PK\x01\x02").expect("directory");
    encrypted[at + 8] |= 1;
    desk.put("4-locked.zip", &encrypted);
    desk.put("5-climbs.zip", zip(&[("../../out.sh", b"x")]));
    let done = desk.collect();
    let told = |name: &str| done.odd.iter().any(|(n, _)| n.starts_with(name));
    assert!(told("1-cut.zip") && told("2-no.zip") && told("4-locked.zip") && told("5-climbs.zip"), "{done:?}");
    assert_eq!(desk.bytes("1-cut.zip"), whole[..whole.len() - 40]);
    assert_eq!(desk.bytes("1-cut.zip/a.txt"), b"first");
    assert_eq!(desk.bytes("3-good.zip/b.txt"), b"second");
    assert_eq!(desk.bytes("4-locked.zip/b.txt"), b"second");
    assert_eq!(desk.bytes("5-climbs.zip/\\x2E\\x2E/\\x2E\\x2E/out.sh"), b"x");
    assert!(!desk.folder().join("../out.sh").exists() && !desk.root().join("out.sh").exists());
}

fn planned() {
    let desk = Desk::new();
    desk.put("a.zip", zip(&[("1.txt", b"one"), ("sub/2.txt", b"two!")]));
    let plan = desk.plan();
    assert_eq!(plan.files.len(), 1);
    assert_eq!(plan.members, [("a.zip/1.txt".to_owned(), Some(3)), ("a.zip/sub/2.txt".to_owned(), Some(4))]);
    assert_eq!(desk.archive.world().items().count(), 0);
}

fn hostile_sizes() {
    let mut desk = Desk::new();
    let mut lying = zip(&[("big.bin", b"tiny"), ("ok.txt", b"fine")]);
    let at = lying.windows(4).position(|w| w == b"PK\x01\x02").expect("directory");
    lying[at + 24..at + 28].copy_from_slice(&0xffff_fff0_u32.to_le_bytes());
    desk.put("lying.zip", &lying);
    let done = desk.collect();
    assert_eq!(desk.bytes("lying.zip/ok.txt"), b"fine");
    assert!(done.odd.iter().chain(&done.passed_over).any(|(name, _)| name.contains("big.bin")), "{done:?}");
}
