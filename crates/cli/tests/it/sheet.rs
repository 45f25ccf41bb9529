//! Spreadsheets with a mapping: what is taken in, what a second and a changed sheet add, what is refused.

use std::fs;
use std::path::Path;

use crate::support::{arg, expect, holding, json, run};

const MAPPING: &str = "[sheet]\nkind = \"incidents\"\nsource = \"Harbour Monitor\"\ndates = \"dmy\"\n\
    [columns]\n\"رقم\" = \"key\"\n\"التاريخ\" = \"when\"\n\"المكان\" = \"place\"\n\"lat\" = \"lat\"\n\"lon\" = \"lon\"\n\
    \"النوع\" = \"act\"\n\"الهدف\" = \"target\"\n\"قتلى\" = \"killed\"\n";
const HEADER: &str = "رقم,التاريخ,المكان,lat,lon,النوع,الهدف,قتلى\n";

struct Office {
    root: tempfile::TempDir,
    archive: String,
}

impl Office {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let at = root.path().join("archive");
        expect(0, &["init", arg(&at), "--no-passphrase"]);
        fs::write(root.path().join("map.toml"), MAPPING).unwrap();
        Office { archive: arg(&at).to_owned(), root }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.root.path().join(name)
    }

    fn collect(&self, rows: &str, more: &[&str]) -> String {
        fs::write(self.path("week.csv"), format!("{HEADER}{rows}")).unwrap();
        let (sheet, map) = (self.path("week.csv"), self.path("map.toml"));
        let mut args = vec!["collect", &self.archive, arg(&sheet), "--sheet", arg(&map)];
        args.extend(more);
        expect(0, &args)
    }

    /// Claims as `(key of the row, harm at least)`.
    fn killed(&self) -> Vec<(String, u64)> {
        let items = json(&["items", &self.archive]);
        let name = |id: &str| {
            let item = items.iter().find(|i| i["item"] == id).unwrap();
            item["names"][0].as_str().unwrap().to_owned()
        };
        let mut killed: Vec<(String, u64)> = json(&["claims", &self.archive])
            .iter()
            .map(|claim| (name(claim["item"].as_str().unwrap()), claim["harm"][0]["min"].as_u64().unwrap_or(0)))
            .collect();
        killed.sort();
        killed
    }
}

#[test]
fn a_sheet_comes_in_row_by_row_once_and_a_changed_row_takes_the_place_of_the_earlier() {
    let office = Office::new();
    let rows = "1,٣/٤/٢٠٣١,مرفأ,10.5,20.25,قصف,مخبز,٦\n2,5/4/2031,تل,10.6,20.3,غارة جوية,مستشفى,at least 2\n";
    let plan = office.collect(rows, &["--plan"]);
    assert!(plan.contains("2 rows would be new") && plan.contains("\"قتلى\" = killed"), "{plan}");
    assert!(json(&["items", &office.archive]).is_empty(), "a plan takes nothing in");
    assert!(office.collect(rows, &[]).contains("2 rows new, 0 changed, 0 here already"));
    expect(0, &["analyze", &office.archive]);
    assert_eq!(office.killed(), [("week.csv/1".to_owned(), 6), ("week.csv/2".to_owned(), 2)]);
    assert!(office.collect(rows, &[]).contains("0 rows new, 0 changed, 2 here already"));

    let mended = rows.replace("at least 2", "4") + "3,6/4/2031,تل,10.6,20.3,قصف,سوق,1\n";
    assert!(office.collect(&mended, &[]).contains("1 rows new, 1 changed, 1 here already"));
    expect(0, &["analyze", &office.archive]);
    let names = |n: u64| (format!("week.csv/{n}"), [6, 4, 1][n as usize - 1]);
    assert_eq!(office.killed(), [names(1), names(2), names(3)], "nothing of the earlier row is relied on");

    // The earlier words again, and a row that is gone: named, and left.
    let output = office.collect("2,5/4/2031,تل,10.6,20.3,غارة جوية,مستشفى,at least 2\n", &[]);
    assert!(output.contains("0 rows new, 1 changed, 0 here already, 2 gone"), "{output}");
    let killed = office.killed();
    assert_eq!(killed[1], ("week.csv/2".to_owned(), 2));
    assert_eq!(killed.len(), 3);
    expect(0, &["check", &office.archive]);
}

#[test]
fn a_mapping_that_is_wrong_says_what_to_mend_and_takes_nothing_in() {
    let office = Office::new();
    fs::write(office.path("week.csv"), format!("{HEADER}1,x,y,z,,,,\n")).unwrap();
    fs::write(office.path("map.toml"), MAPPING.replace("\"place\"", "\"plaze\"")).unwrap();
    let (sheet, map) = (office.path("week.csv"), office.path("map.toml"));
    let refused = |map: &Path| {
        let output = run(&["collect", &office.archive, arg(&sheet), "--sheet", arg(map)]);
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(refused(&map).contains("plaze"));
    assert!(refused(Path::new("excel")).contains("atlos, bayanat, uwazi"));
    assert!(json(&["items", &office.archive]).is_empty());
}

#[test]
fn a_sealed_sheet_is_nowhere_in_clear_and_can_be_erased() {
    let office = Office::new();
    fs::write(office.path("map.toml"), MAPPING.replace("dates =", "sealed = true\ndates =")).unwrap();
    office.collect("CANARY-7,3/4/2031,مرفأ,10.5,20.25,قصف,مخبز,6\n", &[]);
    expect(0, &["analyze", &office.archive]);
    assert_eq!(office.killed(), [("week.csv/CANARY-7".to_owned(), 6)]);
    assert_eq!(holding(Path::new(&office.archive), "CANARY-7"), Vec::<std::path::PathBuf>::new());
}
