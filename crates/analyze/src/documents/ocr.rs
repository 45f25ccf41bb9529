//! What a program for reading pictures of text (tesseract) proposes that a picture says: its table of words as rows.
//!
//! The bytes here are not the picture but the table that tesseract prints of it (its `tsv` form): the picture was read by a
//! confined process of its own. What comes of it is a derivative and a proposal: the row's kind is `ocr`, never `text`, so
//! no claim is made of it unless a person makes one. It deliberately corrects nothing that the program read.

use serde_json::{Value, json};

use crate::{Input, Manifest, Row};

/// Pictures that are offered to it.
pub const PICTURES: &[&str] = &["image/jpeg", "image/png", "image/tiff", "image/webp", "image/bmp"];
/// Below this confidence, of 100, a word is counted as doubtful.
const DOUBTFUL: f64 = 60.0;
/// Most words of one picture.
const MOST_WORDS: usize = 50_000;
/// Longest word, in characters.
const LONGEST_WORD: usize = 200;

/// What this analyzer is.
pub const MANIFEST: Manifest = Manifest {
    name: "ocr",
    version: 1,
    reads: PICTURES,
    says: &["ocr", "problem"],
    cannot_say: &[
        "what the picture says: it is what a program proposes, word by word, with its own confidence",
        "that digits or negations were read right: compare each with the picture",
        "that a picture without words in this list shows no text",
    ],
};

/// One `ocr` row {`text`, `words`: [[start, end, x0, y0, x1, y1, confidence]], `confidence`, `doubtful`}, the boxes in pixels
/// of the picture as it is stored, or nothing where no word was read.
pub fn read(input: &Input<'_>) -> Vec<Row> {
    let table = String::from_utf8_lossy(input.bytes);
    let mut lines = table.lines();
    if !lines.next().is_some_and(|head| head.starts_with("level\tpage_num")) {
        return vec![Row::problem("the program's answer is no table of words", "ocr")];
    }
    let (mut text, mut scalars, mut words) = (String::new(), 0_usize, Vec::new());
    let (mut last_line, mut sum, mut doubtful, mut cut) = ("", 0.0, 0_usize, false);
    for row in lines {
        let cells: Vec<&str> = row.splitn(12, '\t').collect();
        let [level, rest @ ..] = cells.as_slice() else { continue };
        let (Some(word), true) = (rest.get(10).map(|w| w.trim()), *level == "5") else { continue };
        let numbers: Vec<f64> = rest[5..10].iter().filter_map(|n| n.parse().ok()).collect();
        let &[left, top, width, height, confidence] = numbers.as_slice() else { continue };
        if word.is_empty() || confidence < 0.0 {
            continue;
        }
        if words.len() == MOST_WORDS {
            cut = true;
            break;
        }
        // Block, paragraph and line tell lines apart.
        let line = row_line(row);
        if !text.is_empty() {
            text.push(if line == last_line { ' ' } else { '\n' });
            scalars += 1;
        }
        last_line = line;
        let word: String = word.chars().filter(|c| !c.is_control()).take(LONGEST_WORD).collect();
        let start = scalars;
        scalars += word.chars().count();
        text.push_str(&word);
        sum += confidence;
        doubtful += usize::from(confidence < DOUBTFUL);
        words.push(json!([start, scalars, left, top, left + width, top + height, confidence.round()]));
    }
    if words.is_empty() {
        return Vec::new();
    }
    let mean = (sum / words.len() as f64).round();
    let body = json!({ "text": text, "words": Value::Array(words), "confidence": mean, "doubtful": doubtful });
    let mut rows = vec![Row::new("ocr", body)];
    if cut {
        rows.push(Row::problem(format!("more than {MOST_WORDS} words; the rest was not taken"), "ocr"));
    }
    rows
}

/// The cells that name page, block, paragraph and line.
fn row_line(row: &str) -> &str {
    let mut tabs = row.match_indices('\t').map(|(at, _)| at);
    let (start, end) = (tabs.next(), tabs.nth(3));
    start.zip(end).and_then(|(start, end)| row.get(start..end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(table: &str) -> Vec<Row> {
        let gazetteer = crate::place::Gazetteer::with_places([]);
        read(&Input {
            bytes: table.as_bytes(),
            media_type: "image/png",
            name: "x",
            published: None,
            gazetteer: &gazetteer,
            trusted: crate::Trusted::NOBODY,
            decoded: None,
        })
    }

    const HEAD: &str =
        "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n";

    #[test]
    fn words_keep_their_boxes_and_their_doubt() {
        let table = format!(
            "{HEAD}1\t1\t0\t0\t0\t0\t0\t0\t640\t480\t-1\t\n5\t1\t1\t1\t1\t1\t10\t20\t30\t12\t96.5\tقتل\n5\t1\t1\t1\t1\t2\t50\t20\t20\t12\t41\t١٢\n5\t1\t1\t1\t2\t1\t10\t40\t30\t12\t90\tEnd\n"
        );
        let rows = rows(&table);
        assert_eq!(rows[0].body["text"], "قتل ١٢\nEnd");
        assert_eq!(rows[0].body["words"][1], json!([4, 6, 50.0, 20.0, 70.0, 32.0, 41.0]));
        assert_eq!((&rows[0].body["confidence"], &rows[0].body["doubtful"]), (&json!(76.0), &json!(1)));
    }

    #[test]
    fn rubbish_is_a_problem_and_an_empty_table_is_nothing() {
        assert!(rows(HEAD).is_empty());
        assert_eq!(rows("\u{0}\u{1}")[0].kind, "problem");
        assert!(
            rows(&format!("{HEAD}5\t1\t1\n5\t\t\t\t\t\t\t\t\t\t\tx\n5\t1\t1\t1\t1\t1\ta\tb\tc\td\te\tx\n")).is_empty()
        );
    }
}
