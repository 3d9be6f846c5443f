//! A report as headings, paragraphs and tables: what Markdown and HTML are written from.
//!
//! It says *what* a reader sees and in which order; signs, escapes and colours are the writers'. What
//! comes from outside is made harmless for every format when it enters a [`Text`].

mod comparison;
mod event;
mod evidence;
mod finding;
mod matrix;
mod run;
mod sequence;
mod support;
mod tokens;

pub(super) use comparison::of_comparison;
pub(super) use event::of_event;
pub(super) use run::of_run;
pub(super) use sequence::{Arrow, Sequence};

use super::plain::{one_line, plain};
use super::table::ink::Style;

/// The whole.
#[derive(Debug)]
pub(super) struct Document {
    /// How the answer is meant.
    pub tone: Tone,
    /// The answer: mark and sentence.
    pub answer: String,
    /// What stands below it.
    pub lead: Vec<Block>,
    /// The rest.
    pub sections: Vec<Section>,
    /// Who made it.
    pub made_by: String,
}

/// A heading and what it heads.
#[derive(Debug)]
pub(super) struct Section {
    /// A name for links, unique in the document; of our own making.
    pub id: String,
    /// The heading.
    pub title: Text,
    /// What stands below it.
    pub blocks: Vec<Block>,
    /// Its parts.
    pub parts: Vec<Section>,
}

impl Section {
    /// A section without parts.
    pub fn new(id: impl Into<String>, title: &str, blocks: Vec<Block>) -> Self {
        Self {
            id: id.into(),
            title: Text::of(title),
            blocks,
            parts: vec![],
        }
    }

    /// True where there is nothing below the heading.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty() && self.parts.is_empty()
    }
}

/// Something that stands by itself.
#[derive(Debug)]
pub(super) enum Block {
    /// A paragraph.
    Paragraph(Text),
    /// A list.
    Items(Vec<Text>),
    /// Labels and what they say.
    Labelled(Vec<(&'static str, Text)>),
    /// A table.
    Table(Table),
    /// Lines to be copied word for word.
    Code {
        /// The language's name.
        language: &'static str,
        /// The lines.
        text: String,
    },
    /// A picture of requests; left out where nothing can be drawn, for the table of requests says it too.
    Sequence(Sequence),
    /// Details that are folded away, and left out where nothing can be folded.
    Fold {
        /// What is there.
        title: Text,
        /// The details.
        blocks: Vec<Block>,
    },
}

impl Block {
    /// Lines to be copied.
    pub fn code(language: &'static str, text: &str) -> Self {
        Self::Code {
            language,
            text: plain(text.trim_end()),
        }
    }

    /// A paragraph of prose.
    pub fn prose(text: &str) -> Self {
        Self::Paragraph(Text::of(text))
    }
}

/// Rows below a head.
#[derive(Debug)]
pub(super) struct Table {
    /// What it shows.
    pub caption: String,
    /// The columns' titles.
    pub head: Vec<String>,
    /// How many columns, from the left, name the row.
    pub names: usize,
    /// The rows; each as long as the head.
    pub rows: Vec<Row>,
}

impl Table {
    /// A table whose first column names the row.
    pub fn new(caption: &str, head: &[&str]) -> Self {
        Self {
            caption: one_line(caption),
            head: head.iter().map(|one| one_line(one)).collect(),
            names: 1,
            rows: vec![],
        }
    }

    /// Adds a row; what is missing is empty.
    pub fn row(&mut self, id: Option<&str>, mut cells: Vec<Field>) {
        cells.resize_with(self.head.len(), Field::default);
        self.rows.push(Row {
            id: id.map(one_line),
            cells,
        });
    }

    /// The table as a block; none without rows.
    pub fn block(self) -> Option<Block> {
        (!self.rows.is_empty()).then_some(Block::Table(self))
    }
}

/// One line of a table.
#[derive(Debug)]
pub(super) struct Row {
    /// The id that citations lead to.
    pub id: Option<String>,
    /// Its fields.
    pub cells: Vec<Field>,
}

/// One field of a table.
#[derive(Debug, Default)]
pub(super) struct Field {
    /// What it shows.
    pub text: Text,
    /// The same for those who hear it alone, without its row and column.
    pub spoken: Option<String>,
    /// How it is meant.
    pub tone: Tone,
}

impl From<Text> for Field {
    fn from(text: Text) -> Self {
        Self {
            text,
            ..Self::default()
        }
    }
}

impl From<&str> for Field {
    fn from(text: &str) -> Self {
        Text::of(text).into()
    }
}

/// How something is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Tone {
    /// As it should be.
    Good,
    /// It stands in the way.
    Bad,
    /// Worth a look.
    Warn,
    /// May be passed over.
    Quiet,
    /// Neither good nor bad.
    #[default]
    Plain,
}

impl From<Style> for Tone {
    fn from(style: Style) -> Self {
        match style {
            Style::Good => Self::Good,
            Style::Bad => Self::Bad,
            Style::Warn => Self::Warn,
            Style::Dim => Self::Quiet,
            Style::Strong => Self::Plain,
        }
    }
}

/// A line of text in pieces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Text(Vec<Span>);

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Span {
    /// Prose.
    Plain(String),
    /// Prose that leads the eye.
    Strong(String),
    /// A name, an id, a value: shown letter by letter.
    Code(String),
    /// The id of a transaction or of a fact.
    Cite(String),
}

impl Text {
    /// Prose.
    pub fn of(text: &str) -> Self {
        Self::default().say(text)
    }

    /// A name or a value; nothing where it is empty.
    pub fn code(text: &str) -> Self {
        Self::default().and_code(text)
    }

    /// Adds prose.
    pub fn say(mut self, text: &str) -> Self {
        if !text.is_empty() {
            self.0.push(Span::Plain(one_line(text)));
        }
        self
    }

    /// Adds prose that leads the eye.
    pub fn strong(mut self, text: &str) -> Self {
        self.0.push(Span::Strong(one_line(text)));
        self
    }

    /// Adds a name or a value.
    pub fn and_code(mut self, text: &str) -> Self {
        let text = one_line(text);
        if !text.is_empty() {
            self.0.push(Span::Code(text));
        }
        self
    }

    /// Adds ids, each behind a blank.
    pub fn citing<'a>(mut self, ids: impl IntoIterator<Item = &'a String>) -> Self {
        for id in ids {
            if !self.0.is_empty() {
                self.0.push(Span::Plain(" ".to_owned()));
            }
            self.0.push(Span::Cite(one_line(id)));
        }
        self
    }

    /// The pieces.
    pub fn spans(&self) -> &[Span] {
        &self.0
    }
}
