//! Everything seen together: the map, the timeline, and counts by what was hit. Drawings are the report's own, with a list
//! beside each that says the same in words.

use maud::{Markup, html};
use witnessmark_desk::patterns::Pattern;
use witnessmark_desk::report::Tongue;
use witnessmark_model::vocabulary::label;
use witnessmark_report::document::Figure;
use witnessmark_report::draw::bars::{self, Bar, Bars};

use crate::app::Room;
use crate::ask::Ask;
use crate::error::Result;
use crate::parts::{apart, figure, incident_link, interval_words, ltr, number, own, place_words};
use crate::shell::{Page, encode};

/// Bars in the drawing of counts.
const BARS: usize = 24;
/// Most crossings of class and town on the page.
const CELLS: usize = 100;

/// The drawing over all incidents whose name begins so, in either language: the report names its drawings.
fn drawing<'a>(room: &'a Room<'_>, names: [&str; 2]) -> Option<&'a Figure> {
    room.figures.overall.iter().find(|f| names.iter().any(|n| f.alt.starts_with(n)))
}

fn none(t: Tongue) -> Markup {
    html! { p { (t.say("There is no drawing: no incident names a place or time that can be drawn, or the report's sentences cannot be compiled. What is known stands in the list.", "لا رسم هنا: لا واقعة تذكر مكاناً أو زماناً يمكن رسمه، أو يتعذر تجميع جُمل التقرير. وما يُعرف يرد في القائمة.")) } }
}

/// Where.
pub(crate) fn map(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let title = t.say("Map", "الخريطة");
    let body = html! {
        h1 { (title) }
        p.lead { (t.say("Where incidents are reported to have happened, each within the distance to which its place is known. For members only: never pass it on as it is.", "أين يُقال إن الوقائع حدثت، كلٌّ ضمن المسافة التي يُعرف بها مكانها. للأعضاء فقط: لا تُمرَّر كما هي.")) }
        @match drawing(room, ["Map", "خريطة"]) { Some(found) => (figure(found)), None => (none(t)) }
        h2 { (t.say("The same in words", "الشيء نفسه بالكلمات")) }
        ul.plain { @for incident in &room.case.incidents {
            @let places: Vec<_> = incident.members.iter().filter_map(|k| room.case.claims.get(k)).flat_map(|h| &h.claim.places).collect();
            li {
                (incident_link(incident, t)) ": "
                @let mut named: Vec<String> = places.iter().map(|p| apart(&place_words(p, t))).collect();
                @let () = { named.sort(); named.dedup(); };
                @if named.is_empty() { span.muted { (t.say("no place stated", "لم يُذكر مكان")) } }
                @else { (own(named.join(t.say("; ", "؛ ")))) }
            }
        } }
    };
    Ok(Page::new(title, body))
}

/// When.
pub(crate) fn timeline(room: &Room<'_>, ask: &Ask) -> Result<Page> {
    let t = ask.tongue;
    let title = t.say("Timeline", "الخط الزمني");
    let body = html! {
        h1 { (title) }
        p.lead { (t.say("When incidents are said to have happened, and when what speaks of them was published: never one for the other.", "متى يُقال إن الوقائع حدثت، ومتى نُشر ما يتحدث عنها: لا يُؤخذ أحدهما مكان الآخر.")) }
        @match drawing(room, ["Timeline", "خط زمني"]) { Some(found) => (figure(found)), None => (none(t)) }
        h2 { (t.say("The same in words", "الشيء نفسه بالكلمات")) }
        ul.plain { @for incident in &room.case.incidents {
            @let mut times: Vec<String> = incident.members.iter().filter_map(|k| room.case.claims.get(k)).flat_map(|h| &h.claim.times).map(|i| apart(&interval_words(i, t))).collect();
            @let () = { times.sort(); times.dedup(); };
            li {
                (incident_link(incident, t)) ": "
                @if times.is_empty() { span.muted { (t.say("no time stated", "لم يُذكر وقت")) } }
                @else { (own(times.join(t.say("; ", "؛ ")))) }
            }
        } }
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
