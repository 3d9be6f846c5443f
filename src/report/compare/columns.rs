//! The columns of a comparison: what, one side, the other.

use crate::findings::compare::{Pair, Row};
use crate::report::Look;
use crate::report::table::ink::{Style, signs, styled};
use crate::report::table::wrap::{columns, fold, hang, measure};

const INDENT: usize = 2;
const GAP: usize = 3;
/// Narrower columns than this are set one below the other.
const NARROWEST: usize = 20;
const PARTED: &str = "← parted here";

/// What each side shows, beside the other.
pub(super) fn grid(pair: &Pair, rows: &[&Row], look: &Look) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let heads = heads(pair).map(|head| signs(look, &head).into_owned());
    let Some(layout) = Layout::of(rows, &heads, look) else {
        return stacked(rows, &heads, look);
    };
    let [a, b] = &heads;
    let mut out = layout.lines(["", a, b], None, look);
    for row in rows {
        out.push_str(&layout.row(row, look));
    }
    out
}

/// File and principal; of the file its name alone, where that is enough.
fn heads(pair: &Pair) -> [String; 2] {
    let parties = [&pair.a, &pair.b];
    let file = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
    let [a, b] = parties.map(|party| file(&party.recording));
    let is_enough = a != b;
    parties.map(|party| {
        let name = match is_enough {
            true => file(&party.recording),
            false => party.recording.clone(),
        };
        format!("{name} · {}", party.principal)
    })
}

/// Where the columns are.
struct Layout {
    what: usize,
    a: usize,
    b: usize,
}

impl Layout {
    fn of(rows: &[&Row], heads: &[String; 2], look: &Look) -> Option<Self> {
        let widest = |of: fn(&Row) -> &str, head: &str| {
            let apart = rows.iter().filter(|row| row.a != row.b);
            apart
                .map(|row| columns(of(row)))
                .chain([columns(head)])
                .max()
                .unwrap_or_default()
        };
        let what = rows.iter().map(|row| columns(row.what)).max()?;
        let (a, b) = (
            widest(|row| &row.a, &heads[0]),
            widest(|row| &row.b, &heads[1]),
        );
        let room = measure(look).checked_sub(INDENT + what + 2 * GAP)?;
        if a + b <= room {
            return Some(Self { what, a, b });
        }
        // The narrower one keeps its width, as far as the other can live with the rest.
        let half = room / 2;
        let (a, b) = match (a <= half, b <= half) {
            (true, _) => (a, room - a),
            (_, true) => (room - b, b),
            (false, false) => (half, room - half),
        };
        (a >= NARROWEST && b >= NARROWEST).then_some(Self { what, a, b })
    }

    fn row(&self, row: &Row, look: &Look) -> String {
        if row.a == row.b {
            return self.same(row, look);
        }
        let (a, b) = (signs(look, &row.a), signs(look, &row.b));
        self.lines([row.what, &a, &b], Some(row), look)
    }

    /// What is the same is told once, quietly.
    fn same(&self, row: &Row, look: &Look) -> String {
        let indent = " ".repeat(INDENT + self.what + GAP);
        let first = format!(
            "{}{}{}",
            " ".repeat(INDENT),
            styled(Style::Dim, row.what),
            " ".repeat(self.what - columns(row.what) + GAP)
        );
        let text = styled(Style::Dim, &format!("{}, in both", row.a));
        hang(look, &first, &indent, &text)
    }

    fn lines(&self, cells: [&str; 3], row: Option<&Row>, look: &Look) -> String {
        let [what, a, b] = cells;
        let parts = [fold(a, self.a), fold(b, self.b)];
        let [a, b] = parts
            .each_ref()
            .map(|text| text.lines().collect::<Vec<_>>());
        let is_strong = row.is_none_or(|row| row.differs);
        let is_parted = row.is_some_and(|row| row.parted);
        let mut out = String::new();
        for line in 0..a.len().max(b.len()) {
            let title = if line == 0 { what } else { "" };
            let own = a.get(line).copied().unwrap_or_default().trim_end();
            let others = b.get(line).copied().unwrap_or_default().trim_end();
            out.push_str(&self.line(title, [own, others], is_strong));
            if is_parted && line == 0 {
                out.push_str(&self.parted(others, look));
            }
            out.push('\n');
        }
        out
    }

    /// The mark of the parting: beside the columns, else behind the text, else below it.
    fn parted(&self, text: &str, look: &Look) -> String {
        let mark = styled(Style::Bad, &signs(look, PARTED));
        let start = INDENT + self.what + GAP + self.a + GAP;
        let fits = |width: usize| start + width + GAP + columns(&mark) <= measure(look);
        match columns(text) {
            own if fits(self.b) => {
                format!("{}{mark}", " ".repeat(self.b.saturating_sub(own) + GAP))
            }
            own if fits(own) => format!("{}{mark}", " ".repeat(GAP)),
            _ => format!("\n{}{mark}", " ".repeat(INDENT + self.what + GAP)),
        }
    }

    fn line(&self, what: &str, cells: [&str; 2], is_strong: bool) -> String {
        let fill = |text: &str, width: usize| " ".repeat(width.saturating_sub(columns(text)));
        let [a, b] = cells;
        let shown = |text: &str| match is_strong {
            true if !text.is_empty() => styled(Style::Strong, text),
            _ => text.to_owned(),
        };
        format!(
            "{}{}{}{}{}{}",
            " ".repeat(INDENT),
            styled(Style::Dim, what),
            fill(what, self.what + GAP),
            shown(a),
            fill(a, self.a + GAP),
            shown(b),
        )
    }
}

/// Without room for two columns: one value below the other.
fn stacked(rows: &[&Row], heads: &[String; 2], look: &Look) -> String {
    let mut out = String::new();
    for row in rows {
        let mark = if row.parted {
            styled(Style::Bad, &signs(look, PARTED))
        } else {
            String::new()
        };
        out.push_str(&format!("  {} {mark}\n", styled(Style::Strong, row.what)));
        if row.a == row.b {
            out.push_str(&hang(look, "    ", "    ", &format!("{}, in both", row.a)));
            continue;
        }
        for (head, text) in heads.iter().zip([&row.a, &row.b]) {
            let first = format!("    {} ", styled(Style::Dim, head));
            out.push_str(&hang(look, &first, "      ", text));
        }
    }
    out
}
