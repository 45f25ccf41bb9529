//! The sheets that lie beside the material: README, provenance, sources, an intake list.
//!
//! They are what the folder's maker states. Nothing in them has been checked, which is the archive's work.

use crate::num::Dice;

/// The folder's README.
pub const README: &str = "\
INVENTED MATERIAL · مواد مختلقة

Everything in this folder was drawn and written by a program. The island of Talmera, its towns, its people, its
parties, its week of 4 to 10 March 2024 and every picture are made up. No island lies at 24 N, 41 W.
كل ما في هذا المجلد من صنع برنامج: الجزيرة والناس والأحداث والصور كلها من نسج الخيال.

accounts/      what witnesses told, under pseudonyms, with identities to be sealed and what they agreed to
bad/           files that are broken on purpose
commitments/   a resolution and a corridor announcement, in their own words
pictures/      pictures with the metadata that their cameras wrote
posts/         posts and reposts from channels
scenes/        satellite scenes before and after
texts/         releases, wire stories, reports, a list of one clinic
island.places.toml   names and places of the island, its outline
provenance.csv       how each file came here, as stated; an empty field was not stated
sources.csv          who the sources are, as stated; names in present_with are parted by semicolons

Times on the island are UTC-03:00 all year.
";

/// `sources.csv`.
pub const SOURCES: &str = "\
source,kind,owner,aligned_with,present_with,languages,first_hand,note
Isle Wire,outlet,Isle Wire Agency,,,en;ar,false,wire agency in Ostrane with a stringer in Dorvane
The Talmera Courier,outlet,Ostrane Press House,Upland Command,,en,false,daily of the capital
Harbour Monitor,ngo,,,,en,false,records attacks by both parties; staff in Ostrane and Dorvane
Saltwind Relief,ngo,,,,en,true,ran the convoy of 7 March
Ministry of Defence,authority,Republic of Talmera,Upland Command,,en;ar,false,
Upland Command,party,,,,en,false,holds Kaldun and Tarivo
River Front,party,,,,en;ar,false,\"holds Dorvane, Quelmar and Belquar\"
Veshra Council,authority,,River Front,,en;ar,false,
Veshra Health Directorate,authority,Veshra Council,River Front,,en;ar,false,
Dorvane civil defence,responder,Veshra Council,River Front,,ar,true,
Dorvane field clinic,medical_staff,Veshra Health Directorate,,,en,true,took in the injured after the hospital closed
Dorvane Spotters,eyewitness,,,,en,true,volunteers who log aircraft from two roofs
Dorvane resident A,eyewitness,,,Dorvane resident B,ar,true,stood with resident B in the street
Dorvane resident B,eyewitness,,,Dorvane resident A,ar,true,stood with resident A in the street
Lantern Quarter photographer,eyewitness,,,,ar,true,
Weavers' Quarter family,survivor,,,,ar,true,
Oshtel resident,eyewitness,,,,en,true,
Convoy driver,eyewitness,Saltwind Relief,,,en,true,the clock of the camera was never set
Road Watch Talmera,channel,,,,en,,reads out what drivers send in
Quelmar Now,channel,,,,en,,nobody knows who runs it
Island Voices,channel,,,,en,false,
Veshra Today,channel,Veshra Council,River Front,,en,false,
Amrel News,channel,,,,en,false,
South Coast Channel,channel,,,,en,false,
Voice of Quelmar,channel,,,,ar,false,صوت كويلمار
Bread Line,channel,,,,en,false,
Uplands First,channel,,Upland Command,,en,false,
INVENTED-SAR,satellite_operator,,,,,true,an invented satellite
README.txt,,,,,,,INVENTED: every source in this sheet is made up
";

/// `provenance.csv`; not every file of the folder is in it.
pub const PROVENANCE: &str = "\
file,source,published,channel,url,reposts,language,note
texts/2024-03-04-isle-wire-dorvane.txt,Isle Wire,2024-03-04T19:40:00-03:00,wire,https://islewire.example/2024/03/dorvane,,en,
texts/2024-03-04-courier-dorvane.html,The Talmera Courier,2024-03-04T21:05:00-03:00,website,https://courier.example/dorvane,,en,
texts/2024-03-04-dorvane-market.ar.txt,Isle Wire,2024-03-04,wire,https://islewire.example/2024/03/ar/dorvane,,ar,
texts/2024-03-06-courier-tarivo.html,The Talmera Courier,2024-03-06T17:10:00-03:00,website,https://courier.example/tarivo,,en,
texts/2024-03-06-isle-wire-tarivo.txt,Isle Wire,2024-03-06T17:55:00-03:00,wire,https://islewire.example/2024/03/tarivo,,en,
texts/2024-03-06-harbour-monitor-tarivo.txt,Harbour Monitor,2024-03-06T17:30:00-03:00,e-mail,,,en,
texts/2024-03-09-isle-wire-weavers-quarter.txt,Isle Wire,2024-03-09T20:15:00-03:00,wire,https://islewire.example/2024/03/weavers,,en,
texts/2024-03-10-harbour-monitor-weekly.html,Harbour Monitor,2024-03-10T18:00:00-03:00,website,https://harbourmonitor.example/w10,,en,
texts/2024-03-04-ministry-of-defence.txt,Ministry of Defence,2024-03-04T14:00:00-03:00,press office,,,en,
texts/2024-03-04-veshra-health-directorate.txt,Veshra Health Directorate,2024-03-04T12:30:00-03:00,e-mail,,,en,
texts/2024-03-05-upland-command-oshtel.txt,Upland Command,2024-03-05,press office,,,en,
texts/2024-03-05-river-front-oshtel.ar.txt,River Front,2024-03-05,messaging channel,,,ar,
texts/2024-03-07-river-front-convoy.txt,River Front,2024-03-07T22:00:00-03:00,messaging channel,,,en,
texts/2024-03-07-saltwind-relief-convoy.txt,Saltwind Relief,2024-03-07T21:15:00-03:00,e-mail,,,en,
texts/2024-03-07-corridor-announcement.ar.txt,Ministry of Defence,2024-03-07,press office,,,ar,
texts/2024-03-08-upland-command-ambulance.txt,Upland Command,2024-03-08,press office,,,en,
texts/2024-03-08-river-front-ambulance.ar.txt,River Front,2024-03-08,messaging channel,,,ar,
texts/2024-03-09-veshra-council-siege.ar.txt,Veshra Council,2024-03-09,website,https://council.example/siege,,ar,
texts/2024-03-10-veshra-council-president.txt,Veshra Council,2024-03-10T21:30:00-03:00,website,https://council.example/president,,en,
texts/2024-03-10-river-front-tarivo.txt,River Front,2024-03-10,messaging channel,,,en,
texts/dorvane-spotters-log.txt,Dorvane Spotters,,handed over,,,en,\"photograph of a notebook, typed by the folder's maker\"
texts/dorvane-intake.csv,Dorvane field clinic,,handed over,,,en,one clinic's list of 4 March
posts/quelmar-now-0001.txt,Quelmar Now,2024-03-06T08:31:00-03:00,messaging channel,,,en,
posts/repost-01-island-voices.txt,Island Voices,2024-03-06T08:44:00-03:00,messaging channel,,posts/quelmar-now-0001.txt,en,
posts/repost-02-veshra-today.txt,Veshra Today,2024-03-06T09:02:00-03:00,messaging channel,,,en,
posts/repost-03-amrel-news.txt,Amrel News,2024-03-06T09:15:00-03:00,messaging channel,,,en,
posts/repost-04-south-coast.txt,South Coast Channel,2024-03-06T10:20:00-03:00,messaging channel,,,en,
posts/repost-05-quelmar.ar.txt,Voice of Quelmar,2024-03-06T09:40:00-03:00,messaging channel,,posts/quelmar-now-0001.txt,ar,translation
posts/repost-06-bread-line.txt,Bread Line,2024-03-07T07:58:00-03:00,messaging channel,,posts/repost-03-amrel-news.txt,en,
posts/repost-07-bakery.jpg,Island Voices,2024-03-06T08:44:00-03:00,messaging channel,,,,
posts/repost-08-bakery.jpg,Veshra Today,2024-03-06T09:02:00-03:00,messaging channel,,,,
posts/repost-09-bakery.jpg,South Coast Channel,2024-03-06T10:20:00-03:00,messaging channel,,,,screenshot
posts/repost-10-bakery.jpg,Voice of Quelmar,2024-03-06T09:40:00-03:00,messaging channel,,pictures/quelmar-bakery.jpg,,
posts/2021-08-14-tarivo-school-fire.txt,The Talmera Courier,2021-08-14T16:20:00-03:00,messaging channel,,,en,
posts/2024-03-05-oshtel-picture.txt,Uplands First,2024-03-05T12:40:00-03:00,messaging channel,,,en,
posts/2024-03-08-mistawen-road.txt,Road Watch Talmera,2024-03-08T16:05:00-03:00,messaging channel,,,en,
pictures/hospital-1.jpg,Dorvane resident A,,handed over,,,,on the telephone that took it
pictures/hospital-2.jpg,Dorvane resident B,,handed over,,,,on the telephone that took it
pictures/hospital-roof.jpg,Dorvane civil defence,,handed over,,,,taken from the roof across the road
pictures/hospital-yard-graphic.jpg,Dorvane civil defence,,handed over,,,,graphic
pictures/isle-wire-hospital.jpg,Isle Wire,2024-03-04T19:40:00-03:00,wire,https://islewire.example/2024/03/dorvane,,,credited to a resident
pictures/market.jpg,Lantern Quarter photographer,2024-03-04T17:30:00-03:00,messaging channel,,,,
pictures/market-crater.jpg,Harbour Monitor,,e-mail,,,,staff with measuring staff
pictures/oshtel-school.jpg,Oshtel resident,,handed over,,,,
pictures/2021-08-14-tarivo-school.jpg,The Talmera Courier,2021-08-14T16:20:00-03:00,messaging channel,,,,
pictures/oshtel-as-posted.jpg,Uplands First,2024-03-05T12:40:00-03:00,messaging channel,,,,
pictures/quelmar-bakery.jpg,Quelmar Now,2024-03-06T08:31:00-03:00,messaging channel,,,,
pictures/tarivo-water.jpg,The Talmera Courier,2024-03-06T17:10:00-03:00,website,https://courier.example/tarivo,,,no credit given
pictures/belquar-convoy.jpg,Convoy driver,,handed over,,,,
pictures/mistawen-ambulance.jpg,Road Watch Talmera,2024-03-08T16:05:00-03:00,messaging channel,,,,
pictures/weavers-before.jpg,Weavers' Quarter family,,handed over,,,,family picture of November 2023
pictures/weavers-rubble.png,Weavers' Quarter family,,handed over,,,,
scenes/dorvane_20240301.tif,INVENTED-SAR,,data hub,,,,
scenes/dorvane_20240310.tif,INVENTED-SAR,,data hub,,,,
scenes/belquar_20240301.tif,INVENTED-SAR,,data hub,,,,
scenes/belquar_20240310.tif,INVENTED-SAR,,data hub,,,,
README.txt,,,,,,en,INVENTED: every file in this folder is made up
";

const GIVEN: [&str; 14] = [
    "Amrin", "Bessel", "Corvan", "Delia", "Esmo", "Fennara", "Gilda", "Harun", "Ismay", "Jessam", "Kallen", "Lurra",
    "Mirel", "Nadiv",
];
const FAMILY: [&str; 11] =
    ["Aldor", "Brennick", "Cassun", "Drayle", "Ferrant", "Goswell", "Hesper", "Ilvane", "Jorrund", "Keswin", "Lomar"];

/// The clinic's list of 4 March: 26 people of the hospital strike, 19 of the market, every name made up.
pub fn intake() -> String {
    let mut dice = Dice::new(404);
    let mut rows =
        vec![["no", "date", "time", "name", "age", "sex", "state", "brought_from"].map(str::to_owned).to_vec()];
    let events = [(7, 19, 430, "Dorvane General Hospital"), (4, 15, 1_010, "Lantern Market")];
    for (killed, injured, from_minute, place) in events {
        for person in 0..killed + injured {
            let number = rows.len();
            let minute = from_minute + person * 4 + (dice.next() * 4.0) as usize;
            let name = format!("{} {}", GIVEN[number * 3 % GIVEN.len()], FAMILY[number * 5 % FAMILY.len()]);
            rows.push(vec![
                number.to_string(),
                "2024-03-04".to_owned(),
                format!("{:02}:{:02}", minute / 60, minute % 60),
                name,
                ((dice.next() * 68.0) as usize + 2).to_string(),
                if dice.next() < 0.5 { "f" } else { "m" }.to_owned(),
                if person < killed { "dead on arrival" } else { "injured" }.to_owned(),
                place.to_owned(),
            ]);
        }
    }
    let note = ["", "", "", "INVENTED: nobody in this list exists", "", "", "", ""];
    rows.push(note.map(str::to_owned).to_vec());
    // No cell holds a comma, a quote or a line break.
    rows.iter().map(|row| row.join(",") + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn read(text: &str) -> Vec<Vec<String>> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        reader
            .records()
            .map(|row| row.expect("a row as long as the header").iter().map(str::to_owned).collect())
            .collect()
    }

    #[test]
    fn provenance_names_files_and_sources_that_are_there() {
        let files: BTreeSet<String> = crate::files().into_iter().map(|file| file.path).collect();
        let sources: BTreeSet<String> = read(SOURCES).into_iter().map(|row| row[0].clone()).collect();
        for row in read(PROVENANCE) {
            assert!(files.contains(&row[0]), "{}", row[0]);
            assert!(row[1].is_empty() || sources.contains(&row[1]), "{}", row[1]);
            assert!(row[5].is_empty() || files.contains(&row[5]), "{}", row[5]);
            assert!(row[4].is_empty() || row[4].contains(".example/"), "{}", row[4]);
        }
    }

    #[test]
    fn those_who_stood_together_say_so_on_both_sides() {
        let rows = read(SOURCES);
        for row in rows.iter().filter(|row| !row[4].is_empty()) {
            for other in row[4].split(';') {
                let other = rows.iter().find(|r| r[0] == other).expect("a source");
                assert!(other[4].split(';').any(|name| name == row[0]));
            }
        }
    }

    #[test]
    fn the_intake_list_counts_what_it_should() {
        let rows = read(&intake());
        let dead = |place: &str| rows.iter().filter(|r| r[7] == place && r[6] == "dead on arrival").count();
        assert_eq!((dead("Dorvane General Hospital"), dead("Lantern Market")), (7, 4));
        let names: BTreeSet<&String> = rows.iter().map(|r| &r[3]).collect();
        assert_eq!(names.len(), rows.len());
    }
}
