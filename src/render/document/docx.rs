//! The document as Word reads it, with the picture drawn into it.
//!
//! Packed by `docx-rs`; the picture is drawn by `resvg` with a font that is built in, never one of the
//! machine, so that the bytes are the same everywhere. The sheet is landscape: the timeline is wide.
//! Heads of tables are repeated on each page.

use std::io::{self, Cursor, Write};

use docx_rs::{
    AbstractNumbering, BreakType, Docx, IndentLevel, Level, LevelJc, LevelText, LineSpacing,
    NumberFormat, Numbering, NumberingId, PageMargin, PageOrientationType, Paragraph, Pic, Run,
    RunFonts, Shading, SpecialIndentType, Start, Style, StyleType, Table, TableCell, TableRow,
    WidthType,
};
use pulldown_cmark::{Tag, TagEnd};
use resvg::{tiny_skia, usvg};

use super::Piece;
use crate::timeline::Timeline;

/// A4 across, in twentieths of a point, and the room between its margins.
const SHEET: (u32, u32) = (16_838, 11_906);
const MARGIN: i32 = 850;
const ROOM: usize = 16_838 - 2 * 850;
/// Width of the picture in the document: EMU, 9,525 a pixel of 1/96 inch.
const PICTURE: u32 = ROOM as u32 * 635;
/// Dots of the picture for each of its own.
const SCALE: f32 = 2.0;
/// Stands in the XML where the head of a table is; `docx-rs` writes it of no other row.
const HEAD: &str = "<w:cantSplit";

/// Writes the document.
pub(super) fn write<'t>(
    timeline: &Timeline,
    pieces: impl Iterator<Item = Piece<'t>>,
    picture: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let png = drawn(picture).map_err(io::Error::other)?;
    let day = crate::render::export::newest(timeline);
    let day = day.rfc3339(crate::time::Precision::Second);
    let mut body = Body { docx: sheet(&day), ..Body::new(png) };
    pieces.for_each(|piece| body.piece(piece));
    let mut xml = body.docx.build();
    let document = String::from_utf8(xml.document).map_err(io::Error::other)?;
    xml.document = document.replace(HEAD, "<w:tblHeader/><w:cantSplit").into_bytes();
    let mut bytes = Cursor::new(Vec::new());
    xml.pack(&mut bytes).map_err(io::Error::other)?;
    out.write_all(bytes.get_ref())
}

/// The picture as PNG: bytes, and width and height in dots.
fn drawn(svg: &str) -> Result<(Vec<u8>, u32, u32), String> {
    let mut options = usvg::Options::default();
    let fonts = options.fontdb_mut();
    fonts.load_font_data(dejavu::sans::regular().to_vec());
    fonts.load_font_data(dejavu::sans::bold().to_vec());
    fonts.set_sans_serif_family("DejaVu Sans");
    let tree = usvg::Tree::from_str(svg, &options).map_err(|error| error.to_string())?;
    let size = tree.size();
    let (width, height) = ((size.width() * SCALE) as u32, (size.height() * SCALE) as u32);
    let mut dots = tiny_skia::Pixmap::new(width, height).ok_or("the picture has no size")?;
    let scale = tiny_skia::Transform::from_scale(SCALE, SCALE);
    resvg::render(&tree, scale, &mut dots.as_mut());
    let png = dots.encode_png().map_err(|error| error.to_string())?;
    Ok((png, width, height))
}

fn sheet(day: &str) -> Docx {
    let heading = |level: usize, size: usize| {
        let style = Style::new(format!("Heading{level}"), StyleType::Paragraph);
        let style = style.name(format!("heading {level}")).size(size).bold();
        style.outline_lvl(level - 1).line_spacing(LineSpacing::new().before(240).after(80))
    };
    let bullets = Level::new(
        0,
        Start::new(1),
        NumberFormat::new("bullet"),
        LevelText::new("•"),
        LevelJc::new("left"),
    );
    let bullets = bullets.indent(Some(360), Some(SpecialIndentType::Hanging(240)), None, None);
    let margin = PageMargin::new().top(MARGIN).bottom(MARGIN).left(MARGIN).right(MARGIN);
    Docx::new()
        .created_at(day)
        .updated_at(day)
        .page_size(SHEET.0, SHEET.1)
        .page_orient(PageOrientationType::Landscape)
        .page_margin(margin)
        .default_size(19)
        .default_fonts(RunFonts::new().ascii("Calibri").hi_ansi("Calibri").cs("Calibri"))
        .add_style(Style::new("Normal", StyleType::Paragraph).name("Normal"))
        .add_style(heading(1, 36))
        .add_style(heading(2, 28))
        .add_style(heading(3, 23))
        .add_abstract_numbering(AbstractNumbering::new(2).add_level(bullets))
        .add_numbering(Numbering::new(2, 2))
}

/// How text stands out.
#[derive(Clone, Copy, Default)]
struct Looks {
    bold: bool,
    italic: bool,
}

/// The document as it grows.
struct Body {
    docx: Docx,
    picture: (Vec<u8>, u32, u32),
    paragraph: Option<Paragraph>,
    looks: Looks,
    /// In a list item, in a quotation, in the head of a table.
    item: bool,
    quote: bool,
    head: bool,
    /// Of the cell that is being read: how many characters.
    length: usize,
    cells: Vec<(Paragraph, usize)>,
    rows: Vec<Vec<(Paragraph, usize)>>,
}

impl Body {
    fn new(picture: (Vec<u8>, u32, u32)) -> Self {
        Self {
            docx: Docx::new(),
            picture,
            paragraph: None,
            looks: Looks::default(),
            item: false,
            quote: false,
            head: false,
            length: 0,
            cells: Vec::new(),
            rows: Vec::new(),
        }
    }

    fn piece(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Start(tag) => self.start(&tag),
            Piece::End(tag) => self.end(tag),
            Piece::Picture => self.draw(),
            Piece::Text(words) => {
                self.length += words.chars().count();
                self.run(self.plain(&words));
            }
            Piece::Code(words) => {
                self.length += words.chars().count();
                let mono = RunFonts::new().ascii("Consolas").hi_ansi("Consolas").cs("Consolas");
                self.run(self.plain(&words).fonts(mono).size(16));
            }
            Piece::SoftBreak => self.run(self.plain(" ")),
            Piece::HardBreak => self.run(Run::new().add_break(BreakType::TextWrapping)),
            Piece::Rule => {}
        }
    }

    fn draw(&mut self) {
        let (png, width, height) = self.picture.clone();
        let tall = (f64::from(PICTURE) * f64::from(height) / f64::from(width)) as u32;
        let pic = Pic::new_with_dimensions(png, width, height).id("rIdPicture");
        self.run(Run::new().add_image(pic.size(PICTURE, tall)));
    }

    fn plain(&self, words: &str) -> Run {
        let run = Run::new().add_text(words);
        let run = if self.looks.bold || self.head { run.bold() } else { run };
        if self.looks.italic { run.italic() } else { run }
    }

    fn run(&mut self, run: Run) {
        let paragraph = self.paragraph.take().unwrap_or_else(|| self.paragraph());
        self.paragraph = Some(paragraph.add_run(run));
    }

    /// A new paragraph for where the text is.
    fn paragraph(&self) -> Paragraph {
        let paragraph = Paragraph::new().line_spacing(LineSpacing::new().after(60));
        let indent = Some(SpecialIndentType::Hanging(0));
        match (self.item, self.quote) {
            (true, _) => paragraph.numbering(NumberingId::new(2), IndentLevel::new(0)),
            (_, true) => paragraph.indent(Some(480), indent, None, None),
            _ => paragraph,
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.paragraph =
                    Some(Paragraph::new().style(&format!("Heading{}", *level as usize)));
            }
            Tag::BlockQuote(_) => self.quote = true,
            Tag::Item => self.item = true,
            Tag::TableHead => self.head = true,
            Tag::TableCell => {
                self.paragraph = Some(Paragraph::new());
                self.length = 0;
            }
            Tag::Emphasis => self.looks.italic = true,
            Tag::Strong => self.looks.bold = true,
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock => self.put(),
            TagEnd::Item => {
                self.put();
                self.item = false;
            }
            TagEnd::BlockQuote(_) => self.quote = false,
            TagEnd::TableCell => {
                self.cells.push((self.paragraph.take().unwrap_or_default(), self.length));
            }
            TagEnd::TableHead | TagEnd::TableRow => {
                self.rows.push(std::mem::take(&mut self.cells));
                self.head = false;
            }
            TagEnd::Table => {
                let table = table(std::mem::take(&mut self.rows));
                let docx = std::mem::take(&mut self.docx);
                // Two tables that meet would become one.
                self.docx = docx.add_table(table).add_paragraph(Paragraph::new());
            }
            TagEnd::Emphasis => self.looks.italic = false,
            TagEnd::Strong => self.looks.bold = false,
            _ => {}
        }
    }

    fn put(&mut self) {
        if let Some(paragraph) = self.paragraph.take() {
            let docx = std::mem::take(&mut self.docx);
            self.docx = docx.add_paragraph(paragraph);
        }
    }
}

/// A table whose first row is its head, with columns as wide as their text needs.
fn table(rows: Vec<Vec<(Paragraph, usize)>>) -> Table {
    let grid = widths(&rows);
    let mut written = Vec::with_capacity(rows.len());
    for (number, cells) in rows.into_iter().enumerate() {
        let head = number == 0;
        let cell = |((paragraph, _), width): ((Paragraph, usize), &usize)| {
            let cell = TableCell::new().width(*width, WidthType::Dxa).add_paragraph(paragraph);
            if head { cell.shading(Shading::new().fill("EEEEEE")) } else { cell }
        };
        let row = TableRow::new(cells.into_iter().zip(&grid).map(cell).collect());
        written.push(if head { row.cant_split() } else { row });
    }
    Table::new(written).set_grid(grid).width(ROOM, WidthType::Dxa)
}

/// The widths of columns: by the longest of their texts, but no column takes all.
fn widths(rows: &[Vec<(Paragraph, usize)>]) -> Vec<usize> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let longest = |column: usize| {
        let lengths = rows.iter().filter_map(|row| row.get(column)).map(|(_, length)| *length);
        lengths.max().unwrap_or(0).clamp(10, 90)
    };
    let needs: Vec<usize> = (0..columns).map(longest).collect();
    let all: usize = needs.iter().sum();
    needs.into_iter().map(|need| ROOM * need / all.max(1)).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use crate::render::{
        document::{Document, Medium},
        sample,
    };

    fn written(timeline: &crate::timeline::Timeline) -> Vec<u8> {
        let mut out = Vec::new();
        let document = Document::of("report").expect("a template");
        document.write(timeline, Medium::Docx, None, &mut out).expect("memory takes it");
        out
    }

    fn part(docx: &[u8], name: &str) -> Vec<u8> {
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(docx)).expect("an archive");
        let mut bytes = Vec::new();
        zip.by_name(name).expect(name).read_to_end(&mut bytes).expect("a part");
        bytes
    }

    #[test]
    fn a_document_holds_headings_tables_and_the_picture() {
        let docx = written(&sample::incident());
        let xml = String::from_utf8(part(&docx, "word/document.xml")).expect("UTF-8");
        for words in ["What happened", "Heading2", "<w:tblHeader/>", "landscape", "rIdPicture"] {
            assert!(xml.contains(words), "{words}");
        }
        assert_eq!(xml.matches("<w:tblHeader/>").count(), xml.matches("<w:tbl>").count());
        let png = part(&docx, "word/media/rIdPicture.png");
        assert!(png.starts_with(b"\x89PNG"));
        // Text was drawn: without a font, the picture would be nearly empty.
        assert!(png.len() > 20_000, "{}", png.len());
        assert!(docx == written(&sample::incident()), "the same bytes");
    }

    #[test]
    fn hostile_text_and_nothing_at_all_are_documents_too() {
        for timeline in [sample::hostile(), sample::bare(Vec::new())] {
            let docx = written(&timeline);
            let xml = String::from_utf8(part(&docx, "word/document.xml")).expect("UTF-8");
            let mut reader = quick_xml::Reader::from_str(&xml);
            while reader.read_event().expect("well-formed") != quick_xml::events::Event::Eof {}
            assert!(!xml.contains("<script") && !xml.contains('\u{1b}'));
        }
    }
}
