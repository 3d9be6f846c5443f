//! The sequence picture: who was asked, from top to bottom, with each answer and its time.

use super::tone;
use crate::report::document::{Arrow, Sequence};
use maud::{Markup, html};

const WIDTH: usize = 760;
/// The line of the one who asks.
const CLIENT: usize = 92;
/// The line of the last one who is asked.
const LAST: usize = 740;
/// Above the first request: a line for each name.
const NAME: usize = 20;
const ROW: usize = 58;
/// Letters that fit between the lines.
const LETTERS: usize = 80;

/// The picture, and the same in words.
pub(super) fn figure(sequence: &Sequence) -> Markup {
    let (title, description) = (
        format!("{}-picture", sequence.id),
        format!("{}-said", sequence.id),
    );
    let top = NAME * (sequence.lanes.len() + 1) + 12;
    let height = top + ROW * sequence.arrows.len() + 8;
    let label = format!("Requests of {}, in order", sequence.principal);
    html! {
        figure {
            div.picture role="region" aria-label=(label) tabindex="0" {
                svg role="img" aria-labelledby={ (title) " " (description) }
                    viewBox={ "0 0 " (WIDTH) " " (height) } width=(WIDTH) height=(height)
                    xmlns="http://www.w3.org/2000/svg" {
                    title id=(title) { (label) }
                    desc id=(description) { (summary(sequence)) }
                    (lanes(sequence, height))
                    @for (index, arrow) in sequence.arrows.iter().enumerate() {
                        (self::arrow(arrow, top + ROW * index, lane(sequence, arrow.lane)))
                    }
                }
            }
            figcaption { details {
                summary { "The same in words" }
                ol { @for arrow in &sequence.arrows { li { (arrow.in_words(&sequence.lanes)) } } }
            } }
            @if sequence.left_out > 0 {
                p { (sequence.left_out) " more requests are in the table of requests." }
            }
        }
    }
}

fn summary(sequence: &Sequence) -> String {
    let hosts = sequence.lanes.join(", ");
    let count = sequence.arrows.len();
    let last = sequence
        .arrows
        .last()
        .map(|arrow| arrow.in_words(&sequence.lanes));
    format!(
        "{} asked {hosts}: {count} requests. The last: {}. All of them are listed below the picture.",
        sequence.principal,
        last.unwrap_or_default()
    )
}

/// Where a lane stands.
fn lane(sequence: &Sequence, index: usize) -> usize {
    CLIENT + (index + 1) * (LAST - CLIENT) / sequence.lanes.len().max(1)
}

fn lanes(sequence: &Sequence, height: usize) -> Markup {
    html! {
        g.lanes {
            text x="8" y=(NAME) { (cut(&sequence.principal, LETTERS)) }
            line x1=(CLIENT) y1=(NAME + 6) x2=(CLIENT) y2=(height) {}
            @for (index, name) in sequence.lanes.iter().enumerate() {
                @let x = lane(sequence, index);
                @let y = NAME * (index + 2);
                text x=(x) y=(y) text-anchor="end" { (cut(name, (x - CLIENT) / 8)) }
                line x1=(x) y1=(y + 6) x2=(x) y2=(height) {}
            }
        }
    }
}

/// One request and its answer.
fn arrow(arrow: &Arrow, top: usize, lane: usize) -> Markup {
    let (there, back) = (top + 20, top + 44);
    let room = LETTERS.saturating_sub(arrow.took.len() + 3);
    let answer = format!("{} · {}", cut(&arrow.answer, room), arrow.took);
    let request = if arrow.is_experiment {
        format!("{} (experiment)", arrow.request)
    } else {
        arrow.request.clone()
    };
    html! {
        g.(tone(arrow.tone)) {
            text.quiet x=(CLIENT - 8) y=(there + 4) text-anchor="end" { (arrow.at) }
            text.quiet x=(CLIENT - 8) y=(back + 4) text-anchor="end" { (cut(&arrow.id, 9)) }
            line.there x1=(CLIENT) y1=(there) x2=(lane - 2) y2=(there) {}
            path d=(format!("M{} {}l-8 -4v8z", lane - 1, there)) {}
            line.back x1=(CLIENT + 2) y1=(back) x2=(lane) y2=(back) {}
            path d=(format!("M{} {}l8 -4v8z", CLIENT + 1, back)) {}
            text x=(CLIENT + 14) y=(there - 5) { (cut(&request, LETTERS)) }
            text.answer x=(CLIENT + 14) y=(back - 5) { (answer) }
        }
    }
}

fn cut(text: &str, letters: usize) -> String {
    if text.chars().count() <= letters {
        return text.to_owned();
    }
    let kept: String = text.chars().take(letters.saturating_sub(1)).collect();
    format!("{kept}…")
}
