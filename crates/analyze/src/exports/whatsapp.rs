//! WhatsApp's text export: `_chat.txt` (iPhone) or `WhatsApp Chat with ….txt` (Android), with attachments beside it.
//!
//! The file says neither in which order its dates are nor in which zone: both are the phone's settings. The order is asked for and never guessed;
//! only where every date of the file can be read in one order alone (a day beyond 12) is that order taken, because there is nothing to guess.
//! The zone is told or stays unstated. A post is its lines, word for word, from its date to the line before the next date.

use std::io::BufRead;

use super::{Chat, File, LONGEST_POST, Post, budget, from_start};
use crate::members::{Bytes, Given, Halt, Taker};

/// The order of day, month and year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
    /// Year, month, day.
    Ymd,
}

impl Order {
    /// All of them.
    pub const ALL: [(Order, &'static str); 3] = [(Order::Dmy, "dmy"), (Order::Mdy, "mdy"), (Order::Ymd, "ymd")];

    /// From its spelling.
    pub fn of(text: &str) -> Option<Order> {
        Order::ALL.iter().find(|(_, spelt)| *spelt == text).map(|(order, _)| *order)
    }
}

/// Marks of direction: they stand before brackets and between the parts of a date.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Blanks of every sort: U+202F and U+00A0 among them.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{202f}' || c == '\u{a0}'
}

/// The beginning of a post: date, time, where the rest begins. Digits may be Arabic or Persian.
///
/// Read by hand: the engine of patterns asks the system for the number of processors, which the child may not.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Head {
    /// The three numbers of the date as they stand, each with its number of digits.
    date: [(u32, usize); 3],
    hour: u32,
    minute: u32,
    second: u32,
    /// Is it after noon? Where the phone counts twelve hours.
    half: Option<bool>,
    end: usize,
}

struct Scan<'a> {
    whole: &'a str,
    at: usize,
}

impl Scan<'_> {
    fn peek(&self) -> Option<char> {
        self.whole[self.at..].chars().next()
    }

    fn skip(&mut self, is: impl Fn(char) -> bool) -> usize {
        let before = self.at;
        while let Some(c) = self.peek().filter(|c| is(*c)) {
            self.at += c.len_utf8();
        }
        self.at - before
    }

    fn one(&mut self, of: &str) -> Option<char> {
        let c = self.peek().filter(|c| of.contains(*c))?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// A number of so many digits at most.
    fn number(&mut self, most: usize) -> Option<(u32, usize)> {
        let (mut number, mut count) = (0, 0);
        while let Some(digit) = self.peek().and_then(digit) {
            if count == most {
                return None;
            }
            number = number * 10 + digit;
            count += 1;
            self.at += self.peek()?.len_utf8();
        }
        (count > 0).then_some((number, count))
    }

    fn word(&mut self, words: &[&str]) -> bool {
        let found = words
            .iter()
            .find(|word| self.whole[self.at..].get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)));
        self.at += found.map_or(0, |word| word.len());
        found.is_some()
    }

    fn head(&mut self) -> Option<Head> {
        self.skip(is_mark);
        let open = self.one("[").is_some();
        self.skip(is_mark);
        let first = self.number(4)?;
        let mut date = [first; 3];
        for part in &mut date[1..] {
            self.skip(is_mark);
            self.one("./-")?;
            self.skip(|c| is_mark(c) || is_blank(c));
            *part = self.number(4)?;
        }
        self.one(".");
        self.skip(is_mark);
        self.one(",،");
        if self.skip(|c| is_mark(c) || is_blank(c)) == 0 {
            return None;
        }
        let (hour, _) = self.number(2)?;
        self.one(":.")?;
        let (minute, _) = self.number(2).filter(|(_, digits)| *digits == 2)?;
        let second = match self.one(":.") {
            Some(_) => self.number(2).filter(|(_, digits)| *digits == 2)?.0,
            None => 0,
        };
        let half = self.half();
        if open {
            self.one("]")?;
        } else {
            if self.skip(|c| is_mark(c) || is_blank(c)) == 0 {
                return None;
            }
            self.one("-–")?;
        }
        if self.skip(is_blank) == 0 && self.at < self.whole.len() {
            return None;
        }
        self.skip(is_mark);
        Some(Head { date, hour, minute, second, half, end: self.at })
    }

    fn half(&mut self) -> Option<bool> {
        let before = self.at;
        self.skip(|c| is_mark(c) || is_blank(c));
        for (after_noon, words) in [(false, ["a.m.", "a. m.", "am", "ص"]), (true, ["p.m.", "p. m.", "pm", "م"])] {
            if self.word(&words) {
                return Some(after_noon);
            }
        }
        self.at = before;
        None
    }
}

fn head(text: &str) -> Option<Head> {
    Scan { whole: text, at: 0 }.head()
}

/// `<attached: x.jpg>` in the phone's language.
fn attached(line: &str) -> Option<&str> {
    let inner = line.trim_start_matches(is_mark).strip_prefix('<')?;
    let (inner, _) = inner.split_once('>')?;
    let (said, name) = inner.split_once(':')?;
    let name = name.trim_matches(|c| is_blank(c) || is_mark(c));
    ((2..=40).contains(&said.chars().count()) && is_a_name(name)).then_some(name)
}

/// `IMG-20310412-WA0001.jpg (file attached)` in the phone's language.
fn named(line: &str) -> Option<&str> {
    let line = line.trim_matches(|c| is_blank(c) || is_mark(c));
    let (name, said) = line.strip_suffix(')')?.rsplit_once(" (")?;
    (ATTACHED_WORDS.iter().any(|word| word.eq_ignore_ascii_case(said.trim())) && is_a_name(name)).then_some(name)
}

/// A file's own name, that leads nowhere else.
fn is_a_name(name: &str) -> bool {
    name.contains('.') && !name.contains(['/', '\\', '<', '>']) && name.len() <= 255
}

/// What stands in brackets after the name of an attachment.
const ATTACHED_WORDS: &[&str] = &[
    "file attached",
    "الملف مرفق",
    "ملف مرفق",
    "archivo adjunto",
    "fichier joint",
    "Datei angehängt",
    "file allegato",
    "dosya ekli",
    "файл добавлен",
    "arquivo anexado",
    "bestand bijgevoegd",
];

/// What stands instead of an attachment that was left out.
const OMITTED: &[&str] = &[
    "<Media omitted>",
    "<تم استبعاد الوسائط>",
    "<تم حذف الوسائط>",
    "<Medien ausgeschlossen>",
    "<Multimedia omitido>",
    "<Archivo omitido>",
    "<Médias omis>",
    "<Medya dahil edilmedi>",
    "<Без медиафайлов>",
    "<Mídia oculta>",
    "<Media omessi>",
    "<رسانه حذف شد>",
    "image omitted",
    "video omitted",
    "audio omitted",
    "sticker omitted",
    "document omitted",
    "GIF omitted",
    "Contact card omitted",
    "video note omitted",
    "تم استبعاد الصورة",
    "تم استبعاد الفيديو",
    "تم استبعاد المقطع الصوتي",
    "تم استبعاد المستند",
    "تم استبعاد الملصق",
];

/// Names that exports have before the name of the chat.
const BEFORE_THE_NAME: &[&str] = &[
    "WhatsApp Chat with ",
    "WhatsApp Chat - ",
    "WhatsApp-Chat mit ",
    "Chat de WhatsApp con ",
    "Discussion WhatsApp avec ",
    "محادثة واتساب مع ",
    "دردشة واتساب مع ",
    "WhatsApp ile ",
];

/// Is a file called as an export is?
pub(super) fn is_called_so(own: &str) -> bool {
    own.eq_ignore_ascii_case("_chat.txt")
        || (own.to_ascii_lowercase().ends_with(".txt") && BEFORE_THE_NAME.iter().any(|before| own.starts_with(before)))
}

/// Reads one export. What is said: `dates` {dmy, mdy, ymd}, `zone` (an offset `+03:00`, or a name of the time zone database).
pub(crate) fn unpack(given: &Given<'_>, bytes: &mut dyn Bytes, to: &mut dyn Taker) -> Result<(), Halt> {
    let said = |name: &str| given.said.get(name).and_then(serde_json::Value::as_str);
    let order = order(said("dates").and_then(Order::of), bytes)?;
    let zone = said("zone")
        .map(|zone| zone_of(zone).ok_or_else(|| Halt::File(format!("there is no zone {zone:?}"))))
        .transpose()?;
    let name = chat_name(given.name);
    let chat = Chat { platform: "whatsapp", id: name.clone(), name, sort: "chat".into(), private: true };
    chat.hand(to)?;
    let mut budget = budget(given);
    let mut lines = Lines::new(from_start(bytes)?);
    let mut open: Option<Vec<u8>> = None;
    let mut before = 0_u64;
    loop {
        let line = lines.next()?;
        let begins = line.as_deref().is_none_or(is_head);
        if begins {
            if let Some(post) = open.take() {
                budget.member()?;
                budget.bytes(post.len())?;
                hand(&post, order, zone.as_ref(), &chat, given, lines.number, to)?;
            }
            let Some(line) = line else { break };
            open = Some(line);
        } else if let (Some(post), Some(line)) = (&mut open, line) {
            if post.len() + line.len() <= LONGEST_POST {
                post.extend_from_slice(&line);
            } else {
                to.problem(&format!("line {}", lines.number), "a post is too long; its end is left in the export")?;
            }
        } else {
            before += 1;
        }
    }
    if before > 0 {
        to.problem("", &format!("{before} lines stand before the first date; they stay in the export"))?;
    }
    Ok(())
}

fn is_head(line: &[u8]) -> bool {
    // A date is at the front or nowhere.
    let start = &line[..line.len().min(120)];
    head(&String::from_utf8_lossy(start)).is_some()
}

/// Lines with their ends, none longer than a post may be.
struct Lines<R> {
    inner: R,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    fn new(inner: R) -> Self {
        Lines { inner, number: 0 }
    }

    fn next(&mut self) -> Result<Option<Vec<u8>>, Halt> {
        let mut line = Vec::new();
        let mut limited = std::io::Read::take(&mut self.inner, LONGEST_POST as u64);
        limited.read_until(b'\n', &mut line)?;
        self.number += 1;
        Ok((!line.is_empty()).then_some(line))
    }
}

/// Which order the dates are in: as said, if no date denies it; else the only one in which all can be read.
fn order(said: Option<Order>, bytes: &mut dyn Bytes) -> Result<Order, Halt> {
    let mut possible: Vec<(Order, Option<u64>)> = Order::ALL.iter().map(|(order, _)| (*order, None)).collect();
    let mut lines = Lines::new(from_start(bytes)?);
    let mut dates = 0_u64;
    while let Some(line) = lines.next()? {
        let text = String::from_utf8_lossy(&line[..line.len().min(120)]).into_owned();
        let Some(found) = head(&text) else { continue };
        dates += 1;
        for (order, denied) in possible.iter_mut().filter(|(_, denied)| denied.is_none()) {
            if date(&found, *order).is_none() {
                *denied = Some(lines.number);
            }
        }
    }
    if dates == 0 {
        return Err(Halt::File("no line begins with a date as in a WhatsApp export".into()));
    }
    let spelt = |order: Order| Order::ALL.iter().find(|(o, _)| *o == order).map_or("", |(_, spelt)| spelt);
    if let Some(said) = said {
        return match possible.iter().find(|(order, _)| *order == said) {
            Some((_, Some(line))) => {
                Err(Halt::File(format!("its dates are not {}: line {line} cannot be read so", spelt(said))))
            }
            _ => Ok(said),
        };
    }
    let open: Vec<Order> = possible.iter().filter(|(_, denied)| denied.is_none()).map(|(order, _)| *order).collect();
    match open.as_slice() {
        [one] => Ok(*one),
        [] => Err(Halt::File("its dates are in no one order: it was put together from several".into())),
        several => {
            let could: Vec<&str> = several.iter().map(|order| spelt(*order)).collect();
            Err(Halt::File(format!("{ASK} {}", could.join(" or "))))
        }
    }
}

/// How the sentence begins that says that the order of dates must be told.
pub const ASK: &str = "its dates can be read in more than one order; say which it is with --dates";

/// Year, month, day.
fn date(found: &Head, order: Order) -> Option<jiff::civil::Date> {
    let [a, b, c] = found.date;
    let (day, month, (year, digits)) = match order {
        Order::Dmy => (a, b, c),
        Order::Mdy => (b, a, c),
        Order::Ymd => (c, b, a),
    };
    let year = match digits {
        4 => year,
        // The program is from 2009.
        2 => 2000 + year,
        _ => return None,
    };
    if day.1 > 2 || month.1 > 2 || year < 2009 {
        return None;
    }
    jiff::civil::Date::new(i16::try_from(year).ok()?, i8::try_from(month.0).ok()?, i8::try_from(day.0).ok()?).ok()
}

/// The value of any of the digits that phones write.
fn digit(c: char) -> Option<u32> {
    match c {
        '0'..='9' => Some(c as u32 - '0' as u32),
        '\u{0660}'..='\u{0669}' => Some(c as u32 - 0x0660),
        '\u{06f0}'..='\u{06f9}' => Some(c as u32 - 0x06f0),
        _ => None,
    }
}

fn time(found: &Head) -> Option<jiff::civil::Time> {
    let hour = match found.half {
        None => found.hour,
        Some(_) if !(1..=12).contains(&found.hour) => return None,
        Some(after_noon) => found.hour % 12 + if after_noon { 12 } else { 0 },
    };
    jiff::civil::Time::new(i8::try_from(hour).ok()?, found.minute as i8, found.second as i8, 0).ok()
}

fn zone_of(name: &str) -> Option<jiff::tz::TimeZone> {
    // From the table within the program: the child opens no file.
    if let Ok(zone) = jiff::tz::TimeZoneDatabase::bundled().get(name) {
        return Some(zone);
    }
    let (sign, rest) = match name.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let part = |text: &str, most: i32| text.parse::<i32>().ok().filter(|n| (0..=most).contains(n));
    let seconds = sign * (part(hours, 14)? * 3600 + part(minutes, 59)? * 60);
    Some(jiff::tz::TimeZone::fixed(jiff::tz::Offset::from_seconds(seconds).ok()?))
}

/// What the file or the archive around it calls the chat.
fn chat_name(file: &str) -> String {
    let mut steps = file.rsplit('/');
    let own = steps.next().unwrap_or(file);
    let around = steps.next().unwrap_or(own);
    let name = if own.eq_ignore_ascii_case("_chat.txt") { around } else { own };
    let lower = name.to_ascii_lowercase();
    let name =
        [".txt", ".zip"].iter().find(|end| lower.ends_with(**end)).map_or(name, |end| &name[..name.len() - end.len()]);
    let name = BEFORE_THE_NAME.iter().find_map(|before| name.strip_prefix(before)).unwrap_or(name).trim();
    // "Mill Street (1)": the second download of one export.
    let copy = name
        .rsplit_once(" (")
        .filter(|(_, n)| n.strip_suffix(')').is_some_and(|n| n.len() < 4 && n.parse::<u32>().is_ok()));
    copy.map_or(name, |(name, _)| name).to_owned()
}

/// Takes a post apart: where its head ends, who wrote it, what it says.
pub(super) struct Read<'a> {
    pub poster: Option<&'a str>,
    pub body: &'a str,
    found: Head,
}

/// Reads a post; nothing when it has no head.
pub(super) fn read(post: &str) -> Option<Read<'_>> {
    let found = head(post)?;
    let rest = &post[found.end..];
    let first = rest.find('\n').map_or(rest, |end| &rest[..end]);
    let named = first.split_once(": ").or_else(|| first.strip_suffix(':').map(|name| (name, "")));
    let named = named.filter(|(name, _)| !name.is_empty() && name.chars().count() <= 100);
    Some(match named {
        Some((name, _)) => {
            let body = rest[name.len() + 1..].strip_prefix(' ').unwrap_or(&rest[name.len() + 1..]);
            Read { poster: Some(bare(name)), body, found }
        }
        None => Read { poster: None, body: rest, found },
    })
}

/// A name or number without the marks around it. A tilde says that the number is in nobody's contacts.
fn bare(name: &str) -> &str {
    name.trim_matches(|c: char| is_blank(c) || is_mark(c) || c == '~')
}

fn hand(
    post: &[u8],
    order: Order,
    zone: Option<&jiff::tz::TimeZone>,
    chat: &Chat,
    given: &Given<'_>,
    line: u64,
    to: &mut dyn Taker,
) -> Result<(), Halt> {
    let end = post.iter().rposition(|b| !matches!(b, b'\n' | b'\r')).map_or(0, |at| at + 1);
    let post = &post[..end];
    let decoded = String::from_utf8_lossy(post);
    if matches!(decoded, std::borrow::Cow::Owned(_)) {
        to.problem(&format!("before line {line}"), "a post is not UTF-8; it is kept, and its words may be wrong")?;
    }
    let Some(read) = read(&decoded) else { return Ok(()) };
    let stated = date(&read.found, order).zip(time(&read.found)).map(|(date, time)| date.to_datetime(time));
    let Some(stated) = stated else {
        to.problem(&format!("before line {line}"), "a post's date cannot be read; it is left in the export")?;
        return Ok(());
    };
    // A time that a change of clocks leaves out or has twice is no instant: then the day stands.
    let instant = zone.and_then(|zone| zone.to_ambiguous_timestamp(stated).unambiguous().ok());
    let published = instant.map_or_else(|| stated.date().to_string(), |t| t.to_string());
    let (files, words) = files(read.body);
    let taken = Post {
        id: None,
        poster: (None, read.poster.map(str::to_owned)),
        published: Some(published),
        stated: Some(stated.to_string()),
        zone: if instant.is_some() { "told" } else { "none" },
        files,
        text: words,
        service: read.poster.is_none().then(|| "system".to_owned()),
        ..Post::default()
    };
    Ok(taken.hand(chat, &stated.to_string(), post, given, to)?)
}

/// What came with a post, and the words that are left.
pub(super) fn files(body: &str) -> (Vec<File>, String) {
    let (mut files, mut words) = (Vec::new(), Vec::new());
    for line in body.lines() {
        let plain = line.trim_matches(|c: char| is_blank(c) || is_mark(c));
        if let Some(name) = attached(line).or_else(|| named(line)) {
            files.push(File::At(name.to_owned()));
        } else if OMITTED.iter().any(|omitted| omitted.eq_ignore_ascii_case(plain)) {
            files.push(File::Missing(plain.to_owned()));
        } else {
            words.push(line);
        }
    }
    (files, words.join("\n").trim().to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::members::testing::{Kept, unpack};

    const IPHONE: &str = "\u{feff}[12/04/2031, 08:15:22] Mill Street: \u{200e}Messages and calls are end-to-end encrypted.\r\n\
        [12/04/2031, 08:16:01] Mariam: قُصف المخبز\r\nكان هناك طابور: كثيرون\r\n\r\n\
        \u{200e}[12/04/2031, 08:17:40] ~\u{a0}Karim: \u{200e}<attached: 00000012-PHOTO-2031-04-12-08-17-40.jpg>\r\n\
        \u{200e}[13/04/2031, 8:17:40\u{202f}PM] +00 000 000: \u{200e}image omitted\r\n";
    const ANDROID: &str = "12/04/2031, 08:15 - Messages and calls are end-to-end encrypted.\n\
        12/04/2031, 08:16 - Mariam: IMG-20310412-WA0001.jpg (file attached)\nthe bakery\n\
        12/04/2031, 08:17 - Karim: see plan.pdf (page four)\n\
        12/04/2031, 08:18 - Karim: <Media omitted>\n";

    fn taken(text: &str, said: serde_json::Value) -> (Kept, Result<(), Halt>) {
        unpack("whatsapp", "in/WhatsApp Chat - Mill Street (1).zip/_chat.txt", text.as_bytes(), said)
    }

    #[test]
    fn an_iphone_export_comes_out_post_by_post() {
        let (kept, done) = taken(IPHONE, json!({"zone": "+03:00"}));
        done.expect("read");
        assert_eq!(kept.members.len(), 5);
        assert_eq!(kept.members[0].0.about["channel"]["name"], "Mill Street");
        let (post, bytes, _) = &kept.members[2];
        assert_eq!(
            std::str::from_utf8(bytes).unwrap(),
            "[12/04/2031, 08:16:01] Mariam: قُصف المخبز\r\nكان هناك طابور: كثيرون"
        );
        assert_eq!(post.about["published"], "2031-04-12T05:16:01Z");
        assert_eq!((&post.about["zone"], &post.about["poster"]["name"]), (&json!("told"), &json!("Mariam")));
        assert_eq!(post.about["text"], "قُصف المخبز\nكان هناك طابور: كثيرون");
        assert_eq!(kept.members[3].0.about["files"][0], "00000012-PHOTO-2031-04-12-08-17-40.jpg");
        assert_eq!(kept.members[3].0.about["poster"]["name"], "Karim");
        assert_eq!(kept.members[4].0.about["stated"], "2031-04-13T20:17:40");
        assert_eq!(kept.members[4].0.about["missing"][0], "image omitted");
    }

    #[test]
    fn an_android_export_needs_to_be_told_its_order() {
        let (_, done) = taken(ANDROID, json!({}));
        assert!(
            matches!(&done, Err(Halt::File(why)) if why.starts_with(ASK) && why.ends_with("dmy or mdy")),
            "{done:?}"
        );
        let (kept, done) = taken(ANDROID, json!({"dates": "mdy"}));
        done.expect("read");
        assert_eq!(kept.members[2].0.about["published"], "2031-12-04");
        assert_eq!(kept.members[2].0.about["zone"], "none");
        assert_eq!(kept.members[2].0.about["files"][0], "IMG-20310412-WA0001.jpg");
        assert_eq!(kept.members[2].0.about["text"], "the bakery");
        assert_eq!(kept.members[3].0.about["text"], "see plan.pdf (page four)");
        assert_eq!(kept.members[1].0.about["service"], "system");
        let told = IPHONE.replace("12/04", "25/04");
        let (_, done) = taken(&told, json!({"dates": "mdy"}));
        assert!(matches!(done, Err(Halt::File(why)) if why.contains("line 1 cannot")));
    }

    #[test]
    fn arabic_digits_and_halves_of_the_day_are_read() {
        let text = "\u{200f}١٣\u{200f}/٤\u{200f}/٢٠٣١، ٨:١٥ م - مريم: <تم استبعاد الوسائط>\n\u{200f}١٣\u{200f}/٤\u{200f}/٢٠٣١، ١٢:٠٥ ص - كريم: وصلنا\n";
        let (kept, done) = taken(text, json!({}));
        done.expect("read");
        assert_eq!(kept.members[1].0.about["stated"], "2031-04-13T20:15:00");
        assert_eq!(kept.members[1].0.about["missing"][0], "<تم استبعاد الوسائط>");
        assert_eq!(kept.members[2].0.about["stated"], "2031-04-13T00:05:00");
    }

    #[test]
    fn what_grows_at_its_end_keeps_the_bytes_of_its_posts() {
        let grown = format!("{IPHONE}[14/04/2031, 09:00:00] Mariam: later\r\n");
        let (before, _) = taken(IPHONE, json!({}));
        let (after, _) = taken(&grown, json!({}));
        assert_eq!(after.members.len(), before.members.len() + 1);
        assert!(before.members.iter().zip(&after.members).all(|(a, b)| a.1 == b.1));
    }

    #[test]
    fn bent_and_absurd_exports_are_never_a_panic() {
        let long = format!("[13/04/2031, 08:15:22] a: {}\n", "x".repeat(3 << 20));
        for odd in [
            "",
            "no date",
            "[99/99/2031, 08:15:22] a: b\n",
            "[13/04/2031, 99:15:22] a: b\n",
            "13/04/2031, 08:15 - :",
            &long,
        ] {
            let _ = taken(odd, json!({}));
        }
        for at in 0..IPHONE.len() {
            let mut bent = IPHONE.as_bytes().to_vec();
            bent[at] ^= 0x41;
            let _ = unpack("whatsapp", "_chat.txt", &bent, json!({"dates": "dmy", "zone": "Asia/Baghdad"}));
        }
        assert!(taken(IPHONE, json!({"zone": "Nowhere"})).1.is_err());
    }
}
