//! Everything seen together: the map, the timeline, and counts by what was hit. Drawings are the report's own, with a list
//! beside each that says the same in words, a page at a time. A map of many draws them by cells, each with its number and a way in.

use maud::{Markup, html};
use witnessmark_desk::case::IncidentCase;
use witnessmark_desk::patterns::Pattern;
use witnessmark_desk::report::{Tongue, figures};
use witnessmark_desk::spots::{self, Spot, Within};
use witnessmark_model::vocabulary::label;
use witnessmark_report::document::Figure;
use witnessmark_report::draw::bars::{self, Bar, Bars};

use crate::app::Room;
use crate::ask::Ask;
use crate::error::Result;
use crate::pages::incidents;
use crate::parts::{apart, figure, incident_link, interval_words, ltr, number, own, pager, place_words};
use crate::shell::{Page, encode};

/// Bars in the drawing of counts.
const BARS: usize = 24;
/// Most crossings of class and town on the page.
const CELLS: usize = 100;

/// Incidents of which one page of the list tells; the timeline is drawn of these.
const EACH: usize = 50;

/// Incidents that are asked for: by words of their names, and by the class that is said to be hit.
fn asked<'a>(room: &Room<'a>, ask: &Ask) -> Vec<&'a IncidentCase> {
    let (words, hit) = (ask.get("q").trim().to_lowercase(), ask.get("hit"));
    let named = |i: &IncidentCase| words.is_empty() || i.name(ask.tongue.code()).to_lowercase().contains(&words);
    room.case.incidents.iter().filter(|i| incidents::is_asked(room.case, i, "", hit) && named(i)).collect()
}

/// The form by which incidents are asked for, and how many there are of how many.
fn filter(ask: &Ask, found: usize, of: usize, kept: &[(&str, String)]) -> Markup {
    let t = ask.tongue;
    html! {
        form.filter method="get" action=(ask.path) role="search" {
            div.field {
                label for="whole-words" { (t.say("Words in the incident's name: act, what was hit, place, day", "كلمات في اسم الواقعة: الفعل أو ما أُصيب أو المكان أو اليوم")) }
                input #whole-words type="search" name="q" value=(ask.get("q").trim()) dir="auto";
            }
            @for (name, value) in kept { @if !value.is_empty() { input type="hidden" name=(name) value=(value); } }
            button type="submit" { (t.say("Show", "اعرض")) }
        }
        p.fine {
            (t.say("Incidents:", "عدد الوقائع:")) " " (number(found))
            @if found < of { " " (t.say("of", "من")) " " (number(of)) " · " a href=(ask.path) { (t.say("Show all", "اعرض الكل")) } }
        }
    }
}

/// Where.
pub(crate) fn map(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let title = t.say("Map", "الخريطة");
    let mut list = asked(room, ask);
    let mut spots = spots::spots(room.archive, room.case, &list);
    let within: Option<Within> = ask.get("within").parse().ok();
    if let Some(within) = within {
        spots.retain(|spot| within.holds(spot));
        list = spots.iter().map(|spot| spot.incident).collect();
    }
    let from = ask.number("from").min(list.len());
    let kept = [("hit", ask.get("hit").to_owned()), ("within", within.map(|w| w.to_string()).unwrap_or_default())];
    let nowhere = list.len() - spots.len();
    let body = html! {
        h1 { (title) }
        p.lead { (t.say("Where incidents are reported to have happened, each within the distance to which its place is known. For members only: never pass it on as it is.", "أين يُقال إن الوقائع حدثت، كلٌّ ضمن المسافة التي يُعرف بها مكانها. للأعضاء فقط: لا تُمرَّر كما هي.")) }
        (filter(ask, list.len(), room.case.incidents.len(), &kept))
        @if let Some(within) = within { p.fine { (t.say("Only what lies within ", "ما يقع ضمن ")) (ltr(within.words())) } }
        @match figures::map_of(room.archive, &spots, 0, &room.brief(t)) {
            Some(found) => (figure(&found)),
            None => p { (t.say("There is no drawing: none of these incidents names a place that is known.", "لا رسم هنا: لا واقعة من هذه تذكر مكاناً معروفاً.")) },
        }
        @if nowhere > 0 { p.fine { (t.say("Not on the map, as they name no place that is known: ", "ليست على الخريطة لأنها لا تذكر مكاناً معروفاً: ")) (number(nowhere)) } }
        (closer(&spots, ask))
        h2 #list { (t.say("The same in words", "الشيء نفسه بالكلمات")) }
        ul.plain { @for incident in list.iter().skip(from).take(EACH) {
            @let places: Vec<_> = incident.members.iter().filter_map(|k| room.case.claims.get(k)).flat_map(|h| &h.claim.places).collect();
            li {
                (incident_link(incident, t)) ": "
                @let mut named: Vec<String> = places.iter().map(|p| apart(&place_words(p, t))).collect();
                @let () = { named.sort(); named.dedup(); };
                @if named.is_empty() { span.muted { (t.say("no place stated", "لم يُذكر مكان")) } }
                @else { (own(named.join(t.say("; ", "؛ ")))) }
            }
        } }
        (pager(ask, list.len(), EACH, from))
    };
    Ok(Page::new(title, body))
}

/// Ways into the cells of a map that draws many incidents as one mark; those with most come first.
fn closer(spots: &[Spot<'_>], ask: &Ask) -> Markup {
    let t = ask.tongue;
    let mut cells = if spots.len() > spots::ONE_BY_ONE { spots::cells(spots) } else { Vec::new() };
    cells.sort_by_key(|cell| std::cmp::Reverse(cell.spots.len()));
    let others = ask.query.iter().filter(|(name, _)| name == "q" || name == "hit");
    let others: String = others.map(|(name, value)| format!("&{name}={}", encode(value))).collect();
    html! {
        // Where all lie in one place, nothing is closer.
        @if cells.len() > 1 {
            nav aria-label=(t.say("Look closer", "انظر عن قرب")) {
                details {
                    summary { (t.say("Look closer: stretches of the map by how many incidents lie in them", "انظر عن قرب: أجزاء الخريطة بحسب عدد الوقائع فيها")) " " (number(cells.len())) }
                    ul.chips { @for cell in &cells {
                        li { a href=(format!("{}?within={}{others}", ask.path, encode(&cell.within.to_string()))) { (ltr(cell.within.words())) " · " (number(cell.spots.len())) } }
                    } }
                }
            }
        }
    }
}

/// When.
pub(crate) fn timeline(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let title = t.say("Timeline", "الخط الزمني");
    let mut list = asked(room, ask);
    // By the first day; those that say no time come last.
    let day = |i: &IncidentCase| i.weighed.label.day.clone();
    list.sort_by_cached_key(|i| (day(i).is_none(), day(i)));
    let from = ask.number("from").min(list.len());
    let shown = &list[from..(from + EACH).min(list.len())];
    let body = html! {
        h1 { (title) }
        p.lead { (t.say("When incidents are said to have happened, and when what speaks of them was published: never one for the other.", "متى يُقال إن الوقائع حدثت، ومتى نُشر ما يتحدث عنها: لا يُؤخذ أحدهما مكان الآخر.")) }
        (filter(ask, list.len(), room.case.incidents.len(), &[("hit", ask.get("hit").to_owned())]))
        @if list.len() > EACH { p.fine { (t.say("In order of the first day. Drawn and told here: ", "مرتبة بحسب اليوم الأول. المرسوم والمذكور هنا: ")) (ltr(format!("{}–{} / {}", from + 1, from + shown.len(), list.len()))) } }
        @match figures::timeline_of(room.archive, room.case, shown, &room.brief(t)) {
            Some(found) => (figure(&found)),
            None => p { (t.say("There is no drawing: none of these incidents says when.", "لا رسم هنا: لا واقعة من هذه تذكر زماناً.")) },
        }
        h2 #list { (t.say("The same in words", "الشيء نفسه بالكلمات")) }
        ul.plain { @for incident in shown {
            @let mut times: Vec<String> = incident.members.iter().filter_map(|k| room.case.claims.get(k)).flat_map(|h| &h.claim.times).map(|i| apart(&interval_words(i, t))).collect();
            @let () = { times.sort(); times.dedup(); };
            li {
                (incident_link(incident, t)) ": "
                @if times.is_empty() { span.muted { (t.say("no time stated", "لم يُذكر وقت")) } }
                @else { (own(times.join(t.say("; ", "؛ ")))) }
            }
        } }
        (pager(ask, list.len(), EACH, from))
    };
    Ok(Page::new(title, body))
}

/// How many.
pub(crate) fn patterns(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let title = t.say("Counts by what was hit", "أعداد بحسب ما أُصيب");
    let counts = witnessmark_desk::patterns::by_class(room.case);
    let pattern = witnessmark_desk::patterns::first(room.archive, room.case)?;
    let drawn: Vec<Bar> = counts
        .iter()
        .take(BARS)
        .map(|c| Bar {
            label: label(&c.class, t.code()).to_owned(),
            value: c.incidents as f64,
            interval: Some((c.low, c.high)),
        })
        .collect();
    let scene =
        bars::draw(&Bars {
            label: title, direction: t.direction(), unit: t.say("incidents", "وقائع"), bars: &drawn
        });
    let body = html! {
        h1 { (title) }
        p.lead { (t.say("Incidents of this archive by class of target, with exact 95 % intervals for a Poisson count. An incident said to have hit two classes counts once in each.", "وقائع هذا الأرشيف بحسب صنف الهدف، مع فترات ثقة دقيقة 95 % لعدد بواسوني. والواقعة التي يُقال إنها أصابت صنفين تُعدّ مرة في كل منهما.")) }
        @if counts.is_empty() { p { (t.say("Nothing to count yet.", "لا شيء يُعدّ بعد.")) } }
        @else {
            (figure(&Figure { scene, alt: title.to_owned(), caption: Vec::new() }))
            div.table role="region" tabindex="0" aria-label=(title) { table {
                thead { tr { th scope="col" { (t.say("class", "الصنف")) } th.number scope="col" { (t.say("incidents", "الوقائع")) } th.number scope="col" { (t.say("95 % interval", "فترة 95 %")) } } }
                tbody { @for c in &counts { tr { th scope="row" { (own(label(&c.class, t.code()))) } td.number { a href=(format!("/incidents?hit={}", encode(&c.class))) { (number(c.incidents as usize)) span.unseen { ": " (own(label(&c.class, t.code()))) } } } td.number { (ltr(format!("{:.1}–{:.1}", c.low, c.high))) } } } }
            } }
            p { (t.say(
                "The population is the incidents of this archive, proposed ones included: what was reported and reached it. Places without witnesses, networks or visitors may not be seen at all. A count supports no element of any incident in it.",
                "المجتمع الإحصائي هو وقائع هذا الأرشيف، بما فيها المقترحة: أي ما ورد في التقارير ووصل إليه. وقد لا تُرى أصلاً أماكن لا شهود فيها ولا شبكات ولا زائرين. ولا يدعم أي عدد عنصراً من عناصر واقعة داخلة فيه.",
            )) }
        }
        (crossed(&pattern, t))
        (over_incidents(room, t))
    };
    Ok(Page::new(title, body))
}

/// Harm over the incidents that people grouped; what may overlap is counted once.
fn over_incidents(room: &Room<'_>, t: Tongue) -> Markup {
    let sums = witnessmark_desk::harm::over_incidents(room.archive, room.case);
    html! {
        @if !sums.is_empty() {
            section aria-labelledby="harm-sums" {
                h2 #harm-sums { (t.say("Harm over the incidents that people grouped", "الأذى في الوقائع التي جمعها أشخاص")) }
                ul { @for sum in &sums { li { (own(sum.words(t.code()))) } } }
            }
        }
    }
}

/// Each class in each town against the rest, with what the figures are held against and who may not be seen.
fn crossed(pattern: &Pattern, t: Tongue) -> Markup {
    let title = t.say("By what was hit and town", "بحسب ما أُصيب والبلدة");
    let code = t.code();
    html! {
        @if !pattern.cells.is_empty() {
            section aria-labelledby="crossed" {
                h2 #crossed { (title) }
                p.fine { (own(pattern.population_words(code))) "; " (own(pattern.null(code))) "." }
                div.table role="region" tabindex="0" aria-label=(title) { table {
                    thead { tr {
                        th scope="col" { (t.say("class", "الصنف")) }
                        th scope="col" { (t.say("town", "البلدة")) }
                        th.number scope="col" { (t.say("both", "كلاهما")) }
                        th.number scope="col" { (t.say("class elsewhere", "الصنف في غيرها")) }
                        th.number scope="col" { (t.say("others there", "غيره هناك")) }
                        th.number scope="col" { (t.say("the rest", "الباقي")) }
                        th.number scope="col" { (t.say("odds ratio (95 %)", "نسبة الأرجحية (95 %)")) }
                    } }
                    tbody { @for cell in pattern.cells.iter().take(CELLS) { tr {
                        th scope="row" { (own(label(&cell.target, code))) }
                        td { (own(&cell.place)) }
                        @for n in cell.table { td.number { (number(n as usize)) } }
                        td.number { @match &cell.odds { Some(odds) => { (ltr(witnessmark_desk::patterns::estimate(odds))) } None => "–" } }
                    } } }
                } }
                ul.plain.fine {
                    li { (own(pattern.caution(code))) }
                    @for unseen in &pattern.unseen { li { (own(unseen.words(code))) } }
                }
            }
        }
    }
}
