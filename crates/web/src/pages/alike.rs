//! What makes two pictures one, in words and laid over each other: the second drawn where the alignment puts it, more and more
//! of it from step to step, half through, or as the difference.
//!
//! No script: the steps are a group of radio buttons, which keys reach too, and the style sheet does the rest. Blurred pictures
//! are laid over each other blurred. Deliberately without a verdict of its own: it says what the machine measured.

use maud::{Markup, html};
use witnessmark_desk::case::Case;
use witnessmark_desk::facts::Item;
use witnessmark_desk::report::Tongue;
use witnessmark_desk::weighing::{ASSERT_FROM, Aligned, PictureMatch, Residual, SAME_WITHIN, Verdict};
use witnessmark_model::ItemId;

use crate::app::Room;
use crate::error::Result;
use crate::parts::{item_link, ltr, unreviewed};

/// Width of the drawing in units of its own.
const WIDTH: f64 = 1000.0;
/// Of how many widths and heights of the first picture the drawing shows the second at the most.
const MOST_BEYOND: f64 = 1.0;
/// Less than this share is measurement.
const SLIGHT: f64 = 0.003;

/// Whether the pictures are shown as they are, and by which leave.
pub(crate) struct Laid<'a> {
    /// As they are?
    pub(crate) may: bool,
    /// The word of the leave.
    pub(crate) word: &'a str,
}

/// By what two pictures were found to be alike: near hashes, or points that agree.
pub(crate) fn how(found: &PictureMatch, t: Tongue) -> Markup {
    html! {
        @if found.inliers > 0 {
            (t.say("points that agree: ", "نقاط متفقة: ")) (ltr(found.inliers.to_string()))
            @if found.distance <= SAME_WITHIN { " · " (hash(found.distance, t)) }
        } @else { (hash(found.distance, t)) }
    }
}

fn hash(distance: u32, t: Tongue) -> Markup {
    html! { (t.say("hashes differ in ", "اختلاف البصمتين: ")) (ltr(format!("{distance}/256"))) (t.say(" bits (PDQ)", " بت (PDQ)")) }
}

/// The pair as it was aligned, the first named first.
fn aligned(case: &Case, one: ItemId, other: ItemId) -> Option<Aligned> {
    let at = |place: usize| case.joined.pictured.get(place).copied();
    let pair = |p: &&Aligned| {
        let two = (at(p.a), at(p.b));
        two == (Some(one), Some(other)) || two == (Some(other), Some(one))
    };
    let found = case.joined.pictures.aligned.iter().find(pair)?.clone();
    Some(if at(found.a) == Some(one) { found } else { found.turned_round() })
}

/// What the machine measured of two pictures, and the two laid over each other.
pub(crate) fn section(room: &Room<'_>, one: &Item, other: &Item, laid: &Laid<'_>, t: Tongue) -> Result<Markup> {
    let case = room.case;
    let found = case.joined.pictures.matches.iter().find(|m| {
        let pair = (case.joined.pictured.get(m.a).copied(), case.joined.pictured.get(m.b).copied());
        pair == (Some(one.id), Some(other.id)) || pair == (Some(other.id), Some(one.id))
    });
    let pair = aligned(case, one.id, other.id);
    let turned = is_turned(room, one.id)? || is_turned(room, other.id)?;
    Ok(html! {
        p { @match found {
            Some(m) => {
                (t.say("A machine finds them alike: ", "تجدهما آلة متشابهتين: ")) (how(m, t))
                @if m.turned { (t.say(", one turned or mirrored", "، إحداهما مُدارة أو معكوسة")) }
                ". " span.standing.machine { (unreviewed(t)) }
            },
            None => (t.say("No machine has proposed that these two are alike.", "لم تقترح أي آلة أن هاتين متشابهتان.")),
        } }
        @if let Some(pair) = &pair {
            section aria-labelledby="makes" {
                h2 #makes { (answer(pair.verdict(), t)) }
                ul { @for ground in grounds(pair, t) { li { (ground) } } }
                p.fine { (t.say("A machine measured this; it can be wrong, and says nothing of who took the picture.", "هذا ما قاسته آلة، وقد تخطئ، ولا يقول شيئاً عمّن التقط الصورة.")) }
            }
            @if turned {
                p.fine { (t.say("They are not laid over each other here: one is stored turned, and shown upright.", "لا تُوضعان إحداهما فوق الأخرى هنا: إحداهما محفوظة مُدارة وتُعرض قائمة.")) }
            } @else { (drawn(one, other, &pair.residual, laid, t)) }
        }
    })
}

/// Does its file say that it is to be shown turned?
fn is_turned(room: &Room<'_>, item: ItemId) -> Result<bool> {
    let rows = room.archive.rows_of(item)?;
    Ok(rows.iter().any(|(_, row)| row.get("orientation").and_then(serde_json::Value::as_u64).is_some_and(|o| o > 1)))
}

fn answer(verdict: Verdict, t: Tongue) -> &'static str {
    match verdict {
        Verdict::Derived => t.say("What makes it look like a copy", "ما يجعلها تبدو نسخة"),
        Verdict::Separate => {
            t.say("What makes them look like two captures of one scene", "ما يجعلهما تبدوان لقطتين لمشهد واحد")
        }
        Verdict::CannotTell => {
            t.say("Why it cannot be told: a copy, or a second capture", "لماذا لا يمكن القول أهي نسخة أم لقطة ثانية")
        }
        Verdict::SharedMark => t.say("They share a mark and nothing else", "تشتركان في علامة ولا شيء سواها"),
    }
}

/// What was measured, a sentence each.
fn grounds(pair: &Aligned, t: Tongue) -> Vec<Markup> {
    let r = &pair.residual;
    let percent = |share: f64| ltr(format!("{:.0} %", share * 100.0));
    let mut list = vec![
        html! { (ltr(pair.inliers.to_string())) @if pair.inliers >= ASSERT_FROM { (t.say(" points of the two lie where one turn, size and shift puts them.", " نقطة فيهما تقع حيث يضعها تدوير واحد وتكبير واحد وإزاحة واحدة.")) } @else { (t.say(" points agree, which alone would be too few.", " نقطة متفقة، ولا تكفي وحدها.")) } },
        html! { (t.say("Of the part that both show, ", "من الجزء الظاهر في كلتيهما: ")) (percent(r.same)) (t.say(" of the blocks with something in them hold the same.", " من المربعات ذات المضمون تحمل الشيء نفسه.")) },
        html! { (t.say("Both show: of the first ", "الظاهر في كلتيهما: من الأولى ")) (percent(r.shared.0)) (t.say(", of the second ", "، ومن الثانية ")) (percent(r.shared.1)) "." },
    ];
    if pair.mirrored {
        list.push(html! { (t.say("One is the mirror image of the other, which no camera makes.", "إحداهما صورة معكوسة للأخرى، ولا تصنع ذلك كاميرا.")) });
    }
    if r.astray >= 0.1 {
        list.push(html! { (percent(r.astray)) (t.say(" of the unmistakable points lie near where they should and not there: near things shifted against far ones, or things moved.", " من النقاط التي لا لبس فيها تقع قرب موضعها لا فيه: أشياء قريبة انزاحت عن البعيدة، أو أشياء تحركت.")) });
    }
    if r.moved > 0 {
        list.push(html! { (t.say("Something stands in another place: blocks found again elsewhere: ", "شيء في موضع آخر: مربعات وُجدت في غير موضعها: ")) (ltr(r.moved.to_string())) "." });
    }
    list.push(past(r, t));
    if r.turn.abs() >= 0.05 && r.turn.abs() < 1.2 && r.turn_errors >= 4.0 {
        list.push(html! { (t.say("Turned against each other by ", "مُدارة إحداهما عن الأخرى بمقدار ")) (ltr(format!("{:.2}°", r.turn.abs()))) (t.say(", as a hand does between two pictures.", "، كما تفعل اليد بين صورتين.")) });
    }
    if let Some(grain) = r.grain {
        list.push(html! {
            (t.say("Grain in the plainest places, how much alike (1 = the same): ", "حبيبات أبسط المواضع، مقدار تشابهها (1 = هي نفسها): ")) (ltr(format!("{:.2}", grain.alike)))
            @if grain.differs() { (t.say(". A second exposure has a grain of its own; so has a copy that was saved badly.", ". للقطة الثانية حبيباتها، وكذلك نسخة حُفظت حفظاً رديئاً.")) } @else { "." }
        });
    }
    if pair.verdict() == Verdict::CannotTell && r.one_size && r.shared.0.min(r.shared.1) >= 0.985 {
        list.push(html! { (t.say("Both have the same size and frame: a camera that stood still makes two such pictures, and saving one again does.", "للاثنتين القياس والإطار نفسهما: كاميرا ثابتة تصنع صورتين كهاتين، وكذلك حفظ إحداهما من جديد.")) });
    }
    list
}

fn past(r: &Residual, t: Tongue) -> Markup {
    let percent = |share: f64| ltr(format!("{:.0} %", (share * 100.0).max(1.0)));
    html! { @match (r.past.0 >= SLIGHT, r.past.1 >= SLIGHT) {
        (false, false) => (t.say("Neither shows anything beyond the edge of the other.", "لا تُظهر أي منهما شيئاً وراء حافة الأخرى.")),
        (true, true) => (t.say("Each shows something beyond the edge of the other, as two captures do and a copy does not.", "تُظهر كل منهما شيئاً وراء حافة الأخرى، كما تفعل لقطتان لا نسخة.")),
        (true, false) => { (t.say("The first shows more around it, by ", "تُظهر الأولى ما حولها بمقدار ")) (percent(r.past.0)) (t.say(" of its longer side: the second lies within it.", " من ضلعها الأطول: الثانية داخلها.")) },
        (false, true) => { (t.say("The second shows more around it, by ", "تُظهر الثانية ما حولها بمقدار ")) (percent(r.past.1)) (t.say(" of its longer side: the first lies within it.", " من ضلعها الأطول: الأولى داخلها.")) },
    } }
}

/// A way to look at the two.
struct Step {
    id: &'static str,
    words: (&'static str, &'static str),
}

const STEPS: &[Step] = &[
    Step { id: "laid-0", words: ("First", "الأولى") },
    Step { id: "laid-25", words: ("¼", "¼") },
    Step { id: "laid-50", words: ("½", "½") },
    Step { id: "laid-75", words: ("¾", "¾") },
    Step { id: "laid-100", words: ("Second", "الثانية") },
    Step { id: "laid-half", words: ("Half through", "نصف شفافة") },
    Step { id: "laid-difference", words: ("Difference", "الفرق") },
];

/// The second laid over the first.
fn drawn(one: &Item, other: &Item, r: &Residual, laid: &Laid<'_>, t: Tongue) -> Markup {
    let Some((_, points)) = &one.points else { return html! {} };
    let height = WIDTH * f64::from(points.sides.1 / points.sides.0.max(1.0));
    let l = r.laid;
    let matrix = format!(
        "matrix({:.4} {:.4} {:.4} {:.4} {:.4} {:.4})",
        l[0] * WIDTH,
        l[3] * height,
        l[1] * WIDTH,
        l[4] * height,
        l[2] * WIDTH,
        l[5] * height
    );
    // The frame holds both, as far as that is sensible.
    let corner = |x: f64, y: f64| ((l[0] * x + l[1] * y + l[2]) * WIDTH, (l[3] * x + l[4] * y + l[5]) * height);
    let corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)].map(|(x, y)| corner(x, y));
    let low =
        |of: fn(&(f64, f64)) -> f64, side: f64| corners.iter().map(of).fold(0.0, f64::min).max(-MOST_BEYOND * side);
    let high = |of: fn(&(f64, f64)) -> f64, side: f64| {
        corners.iter().map(of).fold(side, f64::max).min((1.0 + MOST_BEYOND) * side)
    };
    let (left, top) = (low(|p| p.0, WIDTH), low(|p| p.1, height));
    let view = format!("{left:.0} {top:.0} {:.0} {:.0}", high(|p| p.0, WIDTH) - left, high(|p| p.1, height) - top);
    let source = |item: &Item| match laid.may {
        true => format!("{}/picture.png?look={}", item_link(item.id), crate::shell::encode(laid.word)),
        false => format!("{}/still.png", item_link(item.id)),
    };
    let (width, tall) = (format!("{WIDTH:.0}"), format!("{height:.0}"));
    html! {
        section aria-labelledby="over" {
            h2 #over { (t.say("The second laid over the first", "الثانية موضوعة فوق الأولى")) }
            div.laid role="group" aria-label=(t.say("How much of the second is shown", "مقدار ما يظهر من الثانية")) {
                @for (n, step) in STEPS.iter().enumerate() {
                    input type="radio" name="laid" id=(step.id) checked[n == 2];
                    label for=(step.id) { (t.say(step.words.0, step.words.1)) }
                }
                div.plates {
                    svg viewBox=(view) role="img" aria-label=(t.say("The first picture", "الصورة الأولى")) { image href=(source(one)) width=(width) height=(tall) preserveAspectRatio="none" {} }
                    svg.second viewBox=(view) role="img" aria-label=(t.say("The second picture where the alignment puts it", "الصورة الثانية حيث تضعها المحاذاة")) { image href=(source(other)) width="1" height="1" preserveAspectRatio="none" transform=(matrix) {} }
                }
            }
            p.fine { (t.say("Black in the difference is what both hold alike; brightness or compression alone leaves a faint grey.", "الأسود في الفرق ما تتطابقان فيه، وتغيّر الإضاءة أو الضغط وحده يترك رمادياً خافتاً.")) }
        }
    }
}
