//! An account written in a word processor: the form that this program writes (DOCX, English or Arabic), and the same form filled in.
//!
//! A form is tables of two columns, what is asked and what was answered. It is read by what is asked, in either language, so rows may
//! move and be copied. What stands where the form has no place is refused and never passed over: words of a witness must not get
//! lost, and an identity must not end up among them. Deliberately no row says what was answered, but for the one that is never kept: it holds
//! the account as JSON, for whoever seals it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::account::PURPOSES;
use crate::Row;
use crate::documents::office::package::Package;
use crate::documents::office::xml::{Step, walk};

pub mod template;

/// The media type of such files.
pub const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
/// Bytes of the longest form: it is sealed whole with the identity, which may have a mebibyte.
pub const LONGEST: usize = 700 << 10;
/// Characters of one answer.
const LONGEST_ANSWER: usize = 200_000;
/// Rows of all tables.
const MOST_ROWS: usize = 10_000;

/// What a row of the form is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    /// A field of the account.
    Account(&'static str),
    /// A field of the identity.
    Identity(&'static str),
    /// A purpose that was agreed to or not.
    Purpose(&'static str),
    /// A field of the consent.
    Consent(&'static str),
    /// A field of a statement.
    Statement(&'static str),
}

/// Every row: what it is about, and what is asked, in English and Arabic.
const ROWS: &[(About, &str, &str)] = &[
    (About::Account("pseudonym"), "Pseudonym", "الاسم المستعار"),
    (About::Account("interviewer"), "Interviewer", "من أجرى المقابلة"),
    (About::Account("interpreter"), "Interpreter", "المترجم"),
    (About::Account("date"), "Date (2031-04-12)", "التاريخ (2031-04-12)"),
    (About::Account("language"), "Language of the interview (ar, en, …)", "لغة المقابلة (ar, en, …)"),
    (
        About::Account("first_hand"),
        "Did the person see it themselves? (yes / no)",
        "هل شاهد الشخص ذلك بنفسه؟ (نعم / لا)",
    ),
    (About::Identity("name"), "Name", "الاسم"),
    (About::Identity("contact"), "How to reach the person", "كيفية التواصل مع الشخص"),
    (About::Identity("born"), "Year of birth", "سنة الميلاد"),
    (About::Identity("role"), "Why the person was there", "سبب وجود الشخص هناك"),
    (About::Identity("safety"), "What could put the person in danger", "ما قد يعرّض الشخص للخطر"),
    (About::Purpose("internal"), "Our own work (yes / no)", "عملنا الداخلي (نعم / لا)"),
    (About::Purpose("court"), "A court or prosecutor (yes / no)", "محكمة أو ادعاء عام (نعم / لا)"),
    (About::Purpose("un_body"), "A body of the United Nations (yes / no)", "هيئة من هيئات الأمم المتحدة (نعم / لا)"),
    (About::Purpose("publish_anonymised"), "Publication without the name (yes / no)", "النشر دون ذكر الاسم (نعم / لا)"),
    (About::Purpose("publish_named"), "Publication with the name (yes / no)", "النشر مع ذكر الاسم (نعم / لا)"),
    (About::Consent("expires"), "Valid until (2036-04-12)", "سارية حتى (2036-04-12)"),
    (About::Consent("conditions"), "Conditions", "شروط"),
    (About::Statement("question"), "Question", "السؤال"),
    (About::Statement("text"), "Answer, in the person's own words", "الجواب بكلمات الشخص نفسه"),
    (
        About::Statement("first_hand"),
        "Seen or heard by the person? (yes / no)",
        "هل رأى الشخص ذلك أو سمعه بنفسه؟ (نعم / لا)",
    ),
    (About::Statement("translation"), "Translation", "الترجمة"),
];

/// A label without case, marks, and what word processors put between letters.
fn folded(label: &str) -> String {
    let is_kept = |c: &char| c.is_alphanumeric();
    let is_mark = |c: char| matches!(c, '\u{64b}'..='\u{652}' | '\u{640}');
    label.chars().filter(|c| !is_mark(*c)).filter(is_kept).flat_map(char::to_lowercase).collect()
}

fn about(label: &str) -> Option<About> {
    let label = folded(label);
    ROWS.iter().find(|(_, en, ar)| folded(en) == label || folded(ar) == label).map(|(about, ..)| *about)
}

/// Is an answer yes or no?
fn yes(answer: &str) -> Option<bool> {
    match folded(answer).as_str() {
        "yes" | "y" | "نعم" | "x" => Some(true),
        "no" | "n" | "لا" | "كلا" => Some(false),
        _ if matches!(answer.trim(), "✓" | "✔" | "☑" | "☒" | "√") => Some(true),
        _ => None,
    }
}

/// What is in the body of the document, in order.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// Words outside any table.
    Loose(String),
    /// A table begins.
    Table,
    /// A row: the text of each cell.
    Row(Vec<String>),
}

/// Takes the body apart; what lies in a table within a cell belongs to the cell.
fn parts(xml: &str) -> Result<Vec<Part>, String> {
    let (mut parts, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut tables, mut rows, mut loose, mut in_text) = (0usize, 0usize, String::new(), false);
    walk(xml, |step| match step {
        Step::Open("tbl", _) => {
            tables += 1;
            if tables == 1 {
                parts.push(Part::Table);
            }
        }
        Step::Close("tbl") => tables = tables.saturating_sub(1),
        Step::Open("t", _) => in_text = true,
        Step::Close("t") => in_text = false,
        Step::Open("br" | "cr", _) if tables > 0 => cell.push('\n'),
        Step::Open("tab", _) if tables > 0 => cell.push(' '),
        Step::Text(words) if in_text && tables == 0 => loose.push_str(words),
        Step::Text(words) if in_text && cell.len() < LONGEST_ANSWER * 4 => cell.push_str(words),
        Step::Close("p") if tables > 0 => cell.push('\n'),
        Step::Close("p") => {
            let words = std::mem::take(&mut loose);
            if !words.trim().is_empty() {
                parts.push(Part::Loose(words));
            }
        }
        Step::Close("tc") if tables == 1 => {
            row.push(std::mem::take(&mut cell).trim().chars().take(LONGEST_ANSWER).collect())
        }
        Step::Close("tr") if tables == 1 => {
            rows += 1;
            if rows <= MOST_ROWS {
                parts.push(Part::Row(std::mem::take(&mut row)));
            }
        }
        _ => {}
    })?;
    if rows > MOST_ROWS { Err(format!("it has more than {MOST_ROWS} rows")) } else { Ok(parts) }
}

/// What a filled form holds.
#[derive(Default)]
struct Filled {
    account: Map<String, Value>,
    identity: Map<String, Value>,
    purposes: Vec<&'static str>,
    consent: Map<String, Value>,
    statements: Vec<Map<String, Value>>,
}

impl Filled {
    /// Takes one answer; the error says what is wrong with it, and never what it is.
    fn take(&mut self, about: About, answer: &str, fresh: &mut bool) -> Result<(), &'static str> {
        if answer.is_empty() {
            return Ok(());
        }
        let value = |name: &str| match name {
            "first_hand" => yes(answer).map(Value::from).ok_or("is answered neither with yes nor with no"),
            _ => Ok(Value::from(answer)),
        };
        match about {
            About::Account(name) => put(&mut self.account, name, value(name)?),
            About::Identity(name) => put(&mut self.identity, name, value(name)?),
            About::Consent(name) => put(&mut self.consent, name, value(name)?),
            About::Purpose(name) => {
                if yes(answer).ok_or("is answered neither with yes nor with no")? && !self.purposes.contains(&name) {
                    self.purposes.push(name);
                }
                Ok(())
            }
            About::Statement(name) => {
                let again = self.statements.last().is_some_and(|last| last.contains_key(name));
                if std::mem::take(fresh) || again || self.statements.is_empty() {
                    self.statements.push(Map::new());
                }
                let value = value(name)?;
                self.statements.last_mut().map_or(Ok(()), |last| put(last, name, value))
            }
        }
    }

    fn json(mut self, file: &[u8]) -> String {
        let mut whole = json!({ "account": self.account, "statement": self.statements });
        // The file cannot be cut as text can: all of it is sealed with who the person is.
        self.identity.insert("file".into(), STANDARD.encode(file).into());
        self.identity.insert("file_type".into(), MEDIA_TYPE.into());
        whole["identity"] = self.identity.into();
        if !self.purposes.is_empty() {
            self.consent.insert("purposes".into(), self.purposes.into());
            whole["consent"] = self.consent.into();
        }
        whole.to_string()
    }
}

fn put(into: &mut Map<String, Value>, name: &str, value: Value) -> Result<(), &'static str> {
    match into.insert(name.to_owned(), value) {
        None => Ok(()),
        Some(_) => Err("is answered twice"),
    }
}

/// Reads a filled form: one row `account_form` {`json`}, to be sealed and never kept as it is, or a problem.
pub fn read(bytes: &[u8]) -> Vec<Row> {
    vec![match filled(bytes) {
        Ok(json) => Row::new("account_form", json!({ "json": json })),
        Err(what) => Row::problem(what, "the form"),
    }]
}

fn filled(bytes: &[u8]) -> Result<String, String> {
    if bytes.len() > LONGEST {
        return Err(format!(
            "{} bytes are too many for a form: take pictures out, and collect them beside it",
            bytes.len()
        ));
    }
    // What a reader of XML or of zips says may quote what it stumbled on: only that it could not go on is said.
    let mut package = Package::open(bytes).map_err(|_| "it is no DOCX file, or a damaged one")?;
    let xml = package.text("word/document.xml").ok_or("it is no DOCX file: it has no document in it")?;
    if !package.problems.is_empty() {
        return Err("it is damaged: open it in a word processor and save it again".into());
    }
    let parts = parts(&xml).map_err(|_| "its document is damaged: open it in a word processor and save it again")?;
    let own: Vec<String> = template::PARAGRAPHS.iter().flat_map(|(_, en, ar)| [folded(en), folded(ar)]).collect();
    let mut filled = Filled::default();
    let (mut table, mut row, mut fresh) = (0, 0, true);
    for part in parts {
        match part {
            Part::Loose(words) if own.contains(&folded(&words)) => {}
            Part::Loose(_) if table == 0 => {
                return Err("words stand before the first table, where the form has no place for them".into());
            }
            Part::Loose(_) => {
                return Err(format!("words stand after table {table}, outside it: move them into an answer"));
            }
            Part::Table => (table, row, fresh) = (table + 1, 0, true),
            Part::Row(cells) => {
                row += 1;
                let mut cells = cells.iter();
                let label = cells.next().map(String::as_str).unwrap_or_default();
                let answer = cells.map(String::as_str).collect::<Vec<_>>().join("\n");
                let at = format!("row {row} of table {table}");
                match about(label) {
                    Some(about) => {
                        filled.take(about, answer.trim(), &mut fresh).map_err(|why| format!("{at} {why}"))?
                    }
                    None if answer.trim().is_empty() && label.is_empty() => {}
                    None => return Err(format!("{at} asks what the form does not: leave the left column as it is")),
                }
            }
        }
    }
    debug_assert!(filled.purposes.iter().all(|purpose| PURPOSES.contains(purpose)));
    if filled.account.is_empty() && filled.statements.is_empty() {
        return Err("nothing was filled in".into());
    }
    Ok(filled.json(bytes))
}

#[cfg(test)]
mod tests {
    use super::template::{Tongue, blank, written};
    use super::*;
    use crate::sheets::account::read_json;

    /// The form with these answers, by what is asked; a statement's answers once for each table.
    fn form(tongue: Tongue, answers: &[(About, &str)]) -> Vec<u8> {
        let mut left = answers.to_vec();
        written(tongue, 2, |about| {
            let at = left.iter().position(|(wanted, _)| *wanted == about)?;
            Some(left.remove(at).1.to_owned())
        })
    }

    const ANSWERS: &[(About, &str)] = &[
        (About::Account("pseudonym"), "Reed"),
        (About::Account("date"), "2031-04-12"),
        (About::Account("language"), "ar"),
        (About::Identity("name"), "Secret Name"),
        (About::Purpose("internal"), "نعم"),
        (About::Purpose("court"), "yes"),
        (About::Purpose("publish_named"), "no"),
        (About::Consent("conditions"), "not the town & not the street <1>"),
        (About::Statement("question"), "ماذا رأيت؟"),
        (About::Statement("text"), "رأيت الجدار يسقط.\nثم سمعت صوتاً."),
        (About::Statement("first_hand"), "نعم"),
        (About::Statement("text"), "They say it was a jet."),
        (About::Statement("first_hand"), "no"),
    ];

    #[test]
    fn both_forms_come_back_as_the_account_that_was_written() {
        for tongue in [Tongue::English, Tongue::Arabic] {
            let file = form(tongue, ANSWERS);
            let row = read(&file).remove(0);
            assert_eq!(row.kind, "account_form", "{row:?}");
            let json = row.body["json"].as_str().unwrap();
            let whole: Value = serde_json::from_str(json).unwrap();
            assert_eq!(whole["identity"]["name"], "Secret Name");
            assert_eq!(STANDARD.decode(whole["identity"]["file"].as_str().unwrap()).unwrap(), file);
            assert_eq!(whole["statement"][0]["text"], "رأيت الجدار يسقط.\nثم سمعت صوتاً.");
            assert_eq!(whole["statement"][0]["first_hand"], true);
            assert_eq!(whole["statement"][1], json!({ "text": "They say it was a jet.", "first_hand": false }));
            assert_eq!(whole["consent"]["purposes"], json!(["internal", "court"]));
            assert_eq!(whole["consent"]["conditions"], "not the town & not the street <1>");
            let rows = read_json(json.as_bytes());
            assert!(rows.iter().all(|r| r.kind != "problem"), "{rows:?}");
        }
    }

    #[test]
    fn what_has_no_place_is_refused_and_never_repeated() {
        let refused = |file: &[u8], words: &str| {
            let row = read(file).remove(0);
            assert!(row.kind == "problem" && row.body["what"].as_str().unwrap().contains(words), "{row:?}");
            assert!(!format!("{row:?}").contains("Secret"));
        };
        refused(&blank(Tongue::Arabic), "nothing was filled in");
        refused(
            &form(Tongue::English, &[(About::Account("first_hand"), "Secret perhaps")]),
            "neither with yes nor with no",
        );
        refused(b"PK\x03\x04 Secret", "no DOCX");
        let xml = |body: &str| template::packed(&format!("<w:document><w:body>{body}</w:body></w:document>"));
        let cell = |words: &str| format!("<w:tc><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:tc>");
        let row = |label: &str, answer: &str| format!("<w:tr>{}{}</w:tr>", cell(label), cell(answer));
        refused(&xml(&format!("<w:tbl>{}</w:tbl>", row("Shoe size", "Secret"))), "row 1 of table 1 asks");
        refused(&xml(&format!("<w:tbl>{}{}</w:tbl>", row("Name", "Secret"), row("name:", "Secret"))), "answered twice");
        refused(&xml("<w:p><w:r><w:t>Secret</w:t></w:r></w:p>"), "before the first table");
        let whole = form(Tongue::Arabic, ANSWERS);
        for cut in (0..whole.len()).step_by(37) {
            assert_eq!(read(&whole[..cut])[0].kind, "problem", "{cut}");
        }
    }

    #[test]
    fn a_form_without_a_consent_is_read_so_that_somebody_can_ask() {
        let file =
            form(Tongue::English, &[(About::Account("pseudonym"), "Reed"), (About::Statement("text"), "I saw it.")]);
        let row = read(&file).remove(0);
        let rows = read_json(row.body["json"].as_str().unwrap().as_bytes());
        assert_eq!(rows[0].body["what"], "no_consent");
    }
}
