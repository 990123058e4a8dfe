//! Tables for spreadsheets, described once and written as CSV or XLSX.
//!
//! Invariants:
//! - no cell is a formula, whatever a customer is called: in CSV an apostrophe stands before what a
//!   spreadsheet would calculate, in XLSX every text is a text cell;
//! - memory does not grow with the table: CSV is sent page by page, XLSX is written to a temporary
//!   file row by row and packed at the end; but for what no file may hold in clear, which is small.

use std::str::FromStr;

use jiebang_domain::text::{Lang, text};
use jiebang_domain::time::{DAY, HOUR, Timestamp};
use rust_xlsxwriter::{Color, Format as Style, Workbook, XlsxError};

use crate::csv;

/// Most characters a cell of XLSX holds.
const MOST_CHARS: usize = 32_767;
/// Most rows below the heading.
pub const MOST_ROWS: u32 = 1_048_575;
/// 1970-01-01 in the days of spreadsheets.
const EPOCH: i64 = 25_569;

/// What a table is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
}

impl Format {
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

impl FromStr for Format {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Csv, Self::Xlsx]
            .into_iter()
            .find(|format| format.extension() == text)
            .ok_or(())
    }
}

/// A column; its name is `export.NAME` in the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub name: &'static str,
    /// In characters.
    pub width: u16,
}

#[must_use]
pub const fn column(name: &'static str, width: u16) -> Column {
    Column { name, width }
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    Number(i64),
    /// Unix seconds, shown in the time of Beijing.
    Moment(i64),
    Nothing,
}

impl Cell {
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    #[must_use]
    pub fn moment(at: Option<i64>) -> Self {
        at.map_or(Self::Nothing, Self::Moment)
    }

    #[must_use]
    pub fn number(number: Option<i64>) -> Self {
        number.map_or(Self::Nothing, Self::Number)
    }

    fn as_csv(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Moment(at) => csv::beijing(Timestamp::from_seconds(*at)),
            Self::Nothing => String::new(),
        }
    }
}

pub type Line = Vec<Cell>;

fn headings(lang: Lang, columns: &[Column]) -> impl Iterator<Item = String> {
    columns
        .iter()
        .map(move |column| text(lang, &format!("export.{}", column.name), &[]))
}

/// The beginning of a CSV file.
#[must_use]
pub fn csv_heading(lang: Lang, columns: &[Column]) -> String {
    let heading = csv::record(headings(lang, columns));
    format!("{}{heading}", csv::BYTE_ORDER_MARK)
}

#[must_use]
pub fn csv_lines(lines: &[Line]) -> String {
    lines
        .iter()
        .map(|line| csv::record(line.iter().map(Cell::as_csv)))
        .collect()
}

/// An XLSX file that is being written: one sheet, its heading bold and frozen.
pub struct Book {
    workbook: Workbook,
    next_row: u32,
    moment: Style,
}

impl Book {
    /// `is_secret`: what is written is kept in memory until it is packed.
    ///
    /// # Errors
    /// If no temporary file can be made.
    pub fn start(lang: Lang, columns: &[Column], is_secret: bool) -> Result<Self, XlsxError> {
        let mut workbook = Workbook::new();
        let bold = Style::new()
            .set_bold()
            .set_background_color(Color::RGB(0xF0_F2_F5));
        let sheet = match is_secret {
            true => workbook.add_worksheet(),
            false => workbook.add_worksheet_with_constant_memory()?,
        };
        for (index, (column, heading)) in (0..).zip(columns.iter().zip(headings(lang, columns))) {
            sheet.set_column_width(index, f64::from(column.width))?;
            sheet.write_string_with_format(0, index, heading, &bold)?;
        }
        sheet.set_freeze_panes(1, 0)?;
        Ok(Self {
            workbook,
            next_row: 1,
            moment: Style::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
        })
    }

    /// Whether so many lines more still fit the sheet.
    #[must_use]
    pub fn has_room(&self, lines: usize) -> bool {
        let lines = u32::try_from(lines).unwrap_or(u32::MAX);
        self.next_row.saturating_add(lines) <= MOST_ROWS + 1
    }

    /// # Errors
    /// If the temporary file cannot be written, or the sheet is full.
    pub fn push(&mut self, lines: &[Line]) -> Result<(), XlsxError> {
        let sheet = self.workbook.worksheet_from_index(0)?;
        for line in lines {
            for (index, cell) in (0..).zip(line) {
                match cell {
                    Cell::Text(text) => {
                        sheet.write_string(self.next_row, index, cut(text))?;
                    }
                    Cell::Number(number) => {
                        sheet.write_number(self.next_row, index, precise(*number))?;
                    }
                    Cell::Moment(at) => {
                        let serial = serial(*at);
                        sheet.write_number_with_format(
                            self.next_row,
                            index,
                            serial,
                            &self.moment,
                        )?;
                    }
                    Cell::Nothing => {}
                }
            }
            self.next_row += 1;
        }
        Ok(())
    }

    /// The packed file.
    ///
    /// # Errors
    /// If the temporary file cannot be read.
    pub fn finish(mut self) -> Result<Vec<u8>, XlsxError> {
        self.workbook.save_to_buffer()
    }
}

fn cut(text: &str) -> &str {
    let end = text
        .char_indices()
        .nth(MOST_CHARS)
        .map_or(text.len(), |(at, _)| at);
    &text[..end]
}

/// Numbers of a table are small; spreadsheets hold no others.
#[expect(
    clippy::cast_precision_loss,
    reason = "spreadsheets calculate with doubles"
)]
const fn precise(number: i64) -> f64 {
    number as f64
}

/// A moment in the days of spreadsheets, in Beijing.
fn serial(at: i64) -> f64 {
    let local = Timestamp::from_seconds(at).plus(8 * HOUR).seconds();
    let days = precise(local.div_euclid(DAY) + EPOCH);
    days + precise(local.rem_euclid(DAY)) / precise(DAY)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _};

    use super::*;

    const COLUMNS: &[Column] = &[
        column("name", 20),
        column("row_no", 8),
        column("started_at", 20),
    ];

    fn part(book: Vec<u8>, name: &str) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(book)).unwrap();
        let mut text = String::new();
        archive
            .by_name(name)
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        text
    }

    #[test]
    fn s6_no_cell_of_a_spreadsheet_is_a_formula() {
        for name in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "=cmd|' /C calc'!A0",
            "<b>&\"",
            "王芳",
        ] {
            let line = vec![
                Cell::text(name),
                Cell::Number(7),
                Cell::Moment(1_767_196_800),
            ];
            let mut book = Book::start(Lang::En, COLUMNS, false).unwrap();
            book.push(std::slice::from_ref(&line)).unwrap();
            let sheet = part(book.finish().unwrap(), "xl/worksheets/sheet1.xml");
            assert!(!sheet.contains("<f>") && !sheet.contains("<f "), "{sheet}");
            let escaped = name
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;");
            assert!(sheet.contains(&format!("{escaped}</t>")), "{sheet}");
            // 2026-01-01 00:00 in Beijing is day 46023.
            assert!(
                sheet.contains("<v>46023</v>") && sheet.contains("<v>7</v>"),
                "{sheet}"
            );
            assert!(sheet.contains("state=\"frozen\""), "{sheet}");
            let csv = csv_lines(&[line]);
            assert!(!csv.starts_with(['=', '+', '-', '@']), "{csv}");
            assert!(csv.ends_with(",7,2026-01-01 00:00:00\r\n"), "{csv}");
        }
    }

    #[test]
    fn a_secret_book_holds_the_same() {
        let mut book = Book::start(Lang::Zh, COLUMNS, true).unwrap();
        book.push(&[vec![Cell::text("接棒")]]).unwrap();
        let texts = part(book.finish().unwrap(), "xl/sharedStrings.xml");
        assert!(texts.contains("接棒"), "{texts}");
    }

    #[test]
    fn texts_longer_than_a_cell_are_cut() {
        let mut book = Book::start(Lang::Zh, COLUMNS, false).unwrap();
        book.push(&[vec![Cell::text("接".repeat(40_000))]]).unwrap();
        let sheet = part(book.finish().unwrap(), "xl/worksheets/sheet1.xml");
        assert_eq!(sheet.matches('接').count(), MOST_CHARS);
    }
}
