//! Cases of [`find`]: what is said, when it was published, and every mention as `words → earliest..latest timex basis`.

use super::*;

fn show(text: &str, published: Option<&str>) -> Vec<String> {
    find(text, published)
        .into_iter()
        .map(|mention| {
            let day = |day: Option<String>| day.unwrap_or_default();
            format!(
                "{} → {}..{} {} {}",
                &text[mention.range],
                day(mention.earliest),
                day(mention.latest),
                mention.timex,
                &mention.basis[..2],
            )
        })
        .collect()
}

/// What a line of `english_cases.txt` says: the sentence, and each time with its value.
fn case(line: &str) -> (String, Vec<(String, String)>) {
    let (mut sentence, mut wanted, mut rest) = (String::new(), Vec::new(), line);
    while let Some((before, after)) = rest.split_once('[') {
        let (inside, behind) = after.split_once(']').expect("a bracket is closed");
        let (words, value) = inside.split_once('=').expect("words, and their value");
        sentence.push_str(before);
        sentence.push_str(words);
        wanted.push((words.to_owned(), value.to_owned()));
        rest = behind;
    }
    sentence.push_str(rest);
    (sentence, wanted)
}

#[test]
fn english_as_its_ways_of_telling_time_were_written_down() {
    let cases = include_str!("english_cases.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    for (sentence, wanted) in cases.map(case) {
        let found: Vec<(String, String)> = find(&sentence, Some("2013-03-22"))
            .into_iter()
            .map(|mention| (sentence[mention.range].to_owned(), mention.timex))
            .collect();
        assert_eq!(found, wanted, "{sentence}");
    }
}

const FRIDAY: Option<&str> = Some("2019-03-29");

#[test]
fn absolute_dates() {
    for (text, expected) in [
        ("On 29 March 2019 it fell", "29 March 2019 → 2019-03-29..2019-03-29 2019-03-29 st"),
        ("Friday, 29 March 2019 18:36", "Friday, 29 March 2019 18:36 → 2019-03-29..2019-03-29 2019-03-29T18:36 st"),
        (
            "on March 29, 2019, at 5:30 p.m. in",
            "March 29, 2019, at 5:30 p.m. → 2019-03-29..2019-03-29 2019-03-29T17:30 st",
        ),
        ("Fri 07 Apr 2017 at 0914 Homs", "Fri 07 Apr 2017 → 2017-04-07..2017-04-07 2017-04-07 st"),
        (
            "2019-03-29T18:36:05Z",
            "2019-03-29T18:36:05Z → 2019-03-29T18:36:05Z..2019-03-29T18:36:05Z 2019-03-29T18:36:05Z st",
        ),
        (
            "at 18:36 GMT on 29 March 2019",
            "18:36 GMT on 29 March 2019 → 2019-03-29T18:36:00Z..2019-03-29T18:36:00Z 2019-03-29T18:36Z st",
        ),
        ("the 3rd of April 2018 was", "the 3rd of April 2018 → 2018-04-03..2018-04-03 2018-04-03 st"),
        ("29.3.2019", "29.3.2019 → 2019-03-29..2019-03-29 2019-03-29 st"),
        ("on 29/3/2019", "29/3/2019 → 2019-03-29..2019-03-29 2019-03-29 st"),
        ("on 3/4/2019", "3/4/2019 → 2019-03-04..2019-04-03 2019-03-04|2019-04-03 un"),
        ("on 4/4/2019", "4/4/2019 → 2019-04-04..2019-04-04 2019-04-04 st"),
        ("on 13/4/19", "13/4/19 → .. XX19-04-13 un"),
        ("in March 2019", "March 2019 → 2019-03-01..2019-03-31 2019-03 st"),
        ("in early March 2019", "early March 2019 → 2019-03-01..2019-03-12 2019-03 st"),
        ("since mid-2016 they", "mid-2016 → 2016-04-01..2016-09-30 2016 st"),
        ("since 2011 the", "2011 → 2011-01-01..2011-12-31 2011 st"),
        ("in the 1990s", "the 1990s → 1990-01-01..1999-12-31 199 st"),
        ("between 3 and 5 March 2019", "between 3 and 5 March 2019 → 2019-03-03..2019-03-05 2019-03-03/2019-03-05 st"),
        ("on 3–5 March 2019", "3–5 March 2019 → 2019-03-03..2019-03-05 2019-03-03/2019-03-05 st"),
        ("a siege 2011–2016", "2011–2016 → 2011-01-01..2016-12-31 2011/2016 st"),
        ("on the morning of 29 March 2019", "the morning of 29 March 2019 → 2019-03-29..2019-03-29 2019-03-29TMO st"),
    ] {
        assert_eq!(show(text, None), [expected], "{text}");
    }
}

#[test]
fn days_seen_from_publication() {
    for (text, expected) in [
        ("said on Thursday that", "Thursday → 2019-03-28..2019-03-28 2019-03-28 re"),
        ("posted on Friday", "Friday → 2019-03-29..2019-03-29 2019-03-29 re"),
        ("last Friday", "last Friday → 2019-03-22..2019-03-22 2019-03-22 re"),
        ("talks will resume on Sunday", "Sunday → 2019-03-31..2019-03-31 2019-03-31 re"),
        ("late on Thursday night", "late on Thursday night → 2019-03-28..2019-03-29 2019-03-28TNI re"),
        ("yesterday evening", "yesterday evening → 2019-03-28..2019-03-28 2019-03-28TEV re"),
        ("last night", "last night → 2019-03-28..2019-03-29 2019-03-28TNI re"),
        ("last week", "last week → 2019-03-16..2019-03-24 2019-W12 re"),
        ("last month", "last month → 2019-02-01..2019-02-28 2019-02 re"),
        ("earlier this year", "earlier this year → 2019-01-01..2019-12-31 2019 re"),
        ("two days ago", "two days ago → 2019-03-27..2019-03-27 2019-03-27 re"),
        ("three weeks ago", "three weeks ago → 2019-03-05..2019-03-11 2019-03-08 re"),
        ("over the past few days sent", "the past few days → 2019-03-19..2019-03-29 PXD re"),
        ("in the last 24 hours", "the last 24 hours → 2019-03-27..2019-03-29 PT24H re"),
        ("recently", "recently → ..2019-03-29 PAST_REF re"),
        ("on 5 November", "5 November → 2018-11-05..2018-11-05 2018-11-05 re"),
        ("in February", "February → 2019-02-01..2019-02-28 2019-02 re"),
        ("at 5 p.m. on Thursday", "5 p.m. on Thursday → 2019-03-28..2019-03-28 2019-03-28T17:00 re"),
    ] {
        assert_eq!(show(text, FRIDAY), [expected], "{text}");
    }
}

#[test]
fn without_a_date_of_publication_nothing_relative_is_resolved() {
    for (text, expected) in [
        ("who on Thursday said", "Thursday → .. XXXX-WXX-4 un"),
        ("yesterday", "yesterday → .. XXXX-XX-XX un"),
        ("over the past few days", "the past few days → .. PXD un"),
        ("last week", "last week → .. XXXX-WXX un"),
        ("recently", "recently → .. PAST_REF un"),
        ("on 5 November", "5 November → .. XXXX-11-05 un"),
        ("at 18:36", "18:36 → .. T18:36 un"),
    ] {
        assert_eq!(show(text, None), [expected], "{text}");
    }
}

#[test]
fn durations_and_sets() {
    for (text, expected) in [
        ("for three days", "three days → .. P3D st"),
        ("a 48-hour truce", "48-hour → .. PT48H st"),
        ("twenty-two months", "twenty-two months → .. P22M st"),
        ("every Friday", "every Friday → .. XXXX-WXX-5 st"),
        ("daily raids", "daily → .. P1D st"),
        ("twice a week", "twice a week → .. P1W st"),
        ("two days later", "two days later → .. P2D un"),
    ] {
        assert_eq!(show(text, None), [expected], "{text}");
    }
}

#[test]
fn what_leans_on_the_time_told_before() {
    for (text, expected) in [
        ("On 3 May 2017 it fell. That night", "That night → 2017-05-03..2017-05-04 2017-05-03TNI st"),
        ("On 3 May 2017 it fell. Two days later", "Two days later → 2017-05-05..2017-05-05 2017-05-05 st"),
        ("On 3 May 2017 it fell; by then", "then → 2017-05-03..2017-05-03 2017-05-03 st"),
        ("On 3 May 2017 it fell, the following month", "the following month → 2017-06-01..2017-06-30 2017-06 st"),
        ("in 2014, unlike the previous year", "the previous year → 2013-01-01..2013-12-31 2013 st"),
        ("On 3 May 2017, and the day before.", "the day before → 2017-05-02..2017-05-02 2017-05-02 st"),
        ("On 3 May 2017, the day before the talks", "the day before → .. XXXX-XX-XX un"),
        ("On 3 May 2017, later that day", "later that day → 2017-05-03..2017-05-03 2017-05-03 st"),
        ("in 2014; he later", "later → .. XXXX-XX-XX un"),
    ] {
        assert_eq!(show(text, None).last().map(String::as_str), Some(expected), "{text}");
    }
    assert_eq!(show("Two days later it fell", FRIDAY), ["Two days later → .. P2D un"]);
    assert_eq!(show("at 5 p.m. it fell", FRIDAY), ["5 p.m. → 2019-03-29..2019-03-29 2019-03-29T17:00 re"]);
    assert_eq!(show("Monday’s raid", FRIDAY), ["Monday → 2019-03-25..2019-03-25 2019-03-25 re"]);
    assert_eq!(
        show("the same month a year ago", FRIDAY),
        ["the same month a year ago → 2018-03-01..2018-03-31 2018-03 re"]
    );
}

#[test]
fn said_in_passing() {
    for (text, expected) in [
        ("besieged for years", "years → .. PXY st"),
        ("a decades-long war", "decades-long → .. PXDE st"),
        ("all day long", "all day long → .. P1D st"),
        ("two and a half years", "two and a half years → .. P2.5Y st"),
        ("half an hour", "half an hour → .. PT30M st"),
        ("10-15 minutes", "10-15 minutes → .. PT10M/PT15M st"),
        ("2.5 hours", "2.5 hours → .. PT2.5H st"),
        ("in the mid-1990s", "the mid-1990s → 1990-01-01..1999-12-31 199 st"),
        ("the 20th century", "the 20th century → 1900-01-01..2000-12-31 19 st"),
        ("between March and May 2016", "between March and May 2016 → 2016-03-01..2016-05-31 2016-03/2016-05 st"),
        ("on Christmas Eve 2016", "Christmas Eve 2016 → 2016-12-24..2016-12-24 2016-12-24 st"),
        ("during Ramadan 2016", "Ramadan 2016 → 2016-06-05..2016-07-07 1437-09[u-ca=islamic] st"),
    ] {
        assert_eq!(show(text, None), [expected], "{text}");
    }
    for text in ["Take the day-to-day work", "no later than", "the days of old", "a half hearted year"] {
        assert_eq!(show(text, FRIDAY), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn arabic_dates() {
    for (text, expected) in [
        ("في 29 آذار 2019 سقطت", "29 آذار 2019 → 2019-03-29..2019-03-29 2019-03-29 st"),
        ("الجمعة ٢٩ آذار/مارس ٢٠١٩", "الجمعة ٢٩ آذار/مارس ٢٠١٩ → 2019-03-29..2019-03-29 2019-03-29 st"),
        ("في 5 من كانون الثاني 2017", "5 من كانون الثاني 2017 → 2017-01-05..2017-01-05 2017-01-05 st"),
        (
            "في التاسع والعشرين من آذار عام 2019",
            "التاسع والعشرين من آذار عام 2019 → 2019-03-29..2019-03-29 2019-03-29 st",
        ),
        ("منذ عام 2011", "عام 2011 → 2011-01-01..2011-12-31 2011 st"),
        ("في تشرين الثاني 2016", "تشرين الثاني 2016 → 2016-11-01..2016-11-30 2016-11 st"),
        ("بتاريخ 29/3/2019", "29/3/2019 → 2019-03-29..2019-03-29 2019-03-29 st"),
        ("بتاريخ 3/4/2019", "3/4/2019 → 2019-03-04..2019-04-03 2019-03-04|2019-04-03 un"),
        ("بين 3 و5 آذار 2019", "بين 3 و5 آذار 2019 → 2019-03-03..2019-03-05 2019-03-03/2019-03-05 st"),
        ("22 رجب 1440 هـ", "22 رجب 1440 هـ → 2019-03-27..2019-03-31 1440-07-22[u-ca=islamic] st"),
        ("في شهر رمضان", "شهر رمضان → .. XXXX-09-XX[u-ca=islamic] un"),
        (
            "الساعة الخامسة فجراً من يوم الخميس 28 آذار 2019",
            "الساعة الخامسة فجراً من يوم الخميس 28 آذار 2019 → 2019-03-28..2019-03-28 2019-03-28T05:00 st",
        ),
        (
            "18:36 بتوقيت غرينتش في 29 آذار 2019",
            "18:36 بتوقيت غرينتش في 29 آذار 2019 → 2019-03-29T18:36:00Z..2019-03-29T18:36:00Z 2019-03-29T18:36Z st",
        ),
        ("لمدة ثلاثة أيام", "ثلاثة أيام → .. P3D st"),
        ("هدنة 48 ساعة", "48 ساعة → .. PT48H st"),
        ("يومياً", "يومياً → .. P1D st"),
        ("يوم الخميس", "يوم الخميس → .. XXXX-WXX-4 un"),
    ] {
        assert_eq!(show(text, None), [expected], "{text}");
    }
}

#[test]
fn arabic_days_seen_from_publication() {
    for (text, expected) in [
        ("قصفت يوم الخميس مدرسة", "يوم الخميس → 2019-03-28..2019-03-28 2019-03-28 re"),
        ("مساء أمس الخميس", "مساء أمس الخميس → 2019-03-28..2019-03-28 2019-03-28TEV re"),
        ("فجر اليوم", "فجر اليوم → 2019-03-29..2019-03-29 2019-03-29TMO re"),
        ("وأمس قصفت", "أمس → 2019-03-28..2019-03-28 2019-03-28 re"),
        ("أول أمس", "أول أمس → 2019-03-27..2019-03-27 2019-03-27 re"),
        ("الأسبوع الماضي", "الأسبوع الماضي → 2019-03-16..2019-03-24 2019-W12 re"),
        ("الخميس الماضي", "الخميس الماضي → 2019-03-28..2019-03-28 2019-03-28 re"),
        ("في آذار الماضي", "آذار الماضي → 2018-03-01..2018-03-31 2018-03 re"),
        ("قبل يومين", "قبل يومين → 2019-03-27..2019-03-27 2019-03-27 re"),
        ("خلال الأيام القليلة الماضية", "الأيام القليلة الماضية → 2019-03-19..2019-03-29 PXD re"),
        ("خلال الأيام الثلاثة الماضية", "الأيام الثلاثة الماضية → 2019-03-26..2019-03-29 P3D re"),
        ("مؤخراً", "مؤخراً → ..2019-03-29 PAST_REF re"),
        ("في 5 نيسان", "5 نيسان → 2018-04-05..2018-04-05 2018-04-05 re"),
    ] {
        assert_eq!(show(text, FRIDAY), [expected], "{text}");
    }
}

#[test]
fn arabic_words_that_only_look_like_times() {
    for text in ["مارس ضغوطا", "بعد صلاة الجمعة", "عمره خمسة أعوام", "القرار 2254", "آب إلى بيته"]
    {
        assert_eq!(show(text, FRIDAY), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn what_is_no_time_is_left_alone() {
    for text in [
        "It may fall; the march on the city",
        "resolution 2254",
        "a 12-year-old boy, aged 12",
        "2019 people",
        "5.30 metres",
        "May God help them",
        "Second, the sun sat",
        "1.2.3.4",
        "99/99/2019",
        "at 25:99",
        "10-12-14-16",
        "3 of 5",
    ] {
        assert_eq!(show(text, FRIDAY), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn hostile_text_is_read_to_its_end() {
    let text = "1-".repeat(20_000) + &"from ".repeat(1000) + &"last ".repeat(1000) + "9999-12-31 tomorrow ٩٩٩٩٩٩٩٩٩٩";
    find(&text, Some("9999-12-31"));
    find(&text, Some("not a date"));
    find("next year in 30 weeks, 10000 years ago", Some("9999-12-31"));
    find("10000 years ago last month", Some("-009999-01-01"));
}
