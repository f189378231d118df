//! Workbooks and Parquet files.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, DictionaryArray, Float64Array, Int64Array, ListArray, RecordBatch, StringArray,
    TimestampMillisecondArray,
};
use arrow::datatypes::{Int32Type, Int64Type};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, GzipLevel, ZstdLevel};
use parquet::file::properties::WriterProperties;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use super::{HEADER, VISITS, assert_sound, codes, iso, people, run};
use crate::model::Field;

pub(super) fn workbook_schema() -> String {
    VISITS.replace("visits*.csv", "visits*.xlsx")
}

pub(super) fn parquet_schema() -> String {
    VISITS.replace("visits*.csv", "visits*.parquet")
}

/// A workbook with title rows, typed dates, serial dates and numbers.
pub(in super::super) fn workbook() -> Vec<u8> {
    let mut workbook = Workbook::new();
    let date = Format::new().set_num_format("dd/mm/yyyy");
    let sheet = workbook.add_worksheet();
    sheet.merge_range(0, 0, 0, 8, "Visits, January 2013", &Format::new()).unwrap();
    for (column, header) in HEADER.split(',').enumerate() {
        sheet.write(3, column as u16, header).unwrap();
    }
    let born = ExcelDateTime::from_ymd(1999, 2, 1).unwrap();
    for row in 4..8 {
        sheet.write(row, 0, row).unwrap();
        sheet.write(row, 1, 10_002_345_678_901_f64).unwrap();
        sheet.write(row, 2, "Smith").unwrap();
        sheet.write(row, 3, "Zoë").unwrap();
        sheet.write_with_format(row, 4, &born, &date).unwrap();
        sheet.write(row, 5, "SUS").unwrap();
        sheet.write(row, 6, 41_277).unwrap();
        sheet.write(row, 7, 2.0).unwrap();
    }
    sheet.write(7, 6, "04/01/2013").unwrap();
    sheet.write(8, 0, "Total").unwrap();
    sheet.write(8, 7, 8).unwrap();
    workbook.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_with_title_rows_reads_as_the_officer_sees_it() {
    let ingested = run(&workbook_schema(), "2013-01", &[("2013-01/visits.xlsx", &workbook())]).unwrap();
    assert_sound(&ingested);
    assert_eq!((ingested.deliveries[0].rows_read, ingested.deliveries[0].rows_used), (5, 4));
    assert_eq!(people(&ingested), [("10002345678901".to_owned(), "Smith".to_owned(), "1999-02-01".to_owned())]);
    assert_eq!(ingested.persons.column(Field::Forename).get(0), Some("Zoë"));
    let days: Vec<String> = ingested.events.from.iter().map(|&day| iso(day)).collect();
    assert_eq!(days, ["2013-01-03", "2013-01-03", "2013-01-03", "2013-01-04"]);
    assert_eq!((ingested.events.line.as_slice(), ingested.events.quantity.as_slice()), ([5, 6, 7, 8].as_slice(), [2, 2, 2, 2].as_slice()));
    assert_eq!(ingested.events.reference.get(0), Some("4"));
}

#[test]
fn merged_cells_and_calculated_ones_read_as_the_officer_sees_them() {
    let mut workbook = Workbook::new();
    let plain = Format::new();
    let sheet = workbook.add_worksheet();
    for (column, header) in HEADER.split(',').enumerate() {
        sheet.write(0, column as u16, header).unwrap();
    }
    for row in 1..5 {
        sheet.write(row, 0, row).unwrap();
        sheet.write(row, 1, format!("P{row}")).unwrap();
        sheet.write(row, 3, "Ann").unwrap();
        sheet.write(row, 4, "01/02/1999").unwrap();
        sheet.write(row, 5, "SUS").unwrap();
        sheet.write(row, 6, "03/01/2013").unwrap();
    }
    sheet.merge_range(1, 2, 2, 2, "Smith", &plain).unwrap();
    sheet.write_formula(3, 2, Formula::new("=UPPER(\"Jones\")").set_result("JONES")).unwrap();
    // A formula that gives a blank has a stored value.
    sheet.write_formula(4, 2, Formula::new("=LEFT(\"  \", 1)").set_result(" ")).unwrap();
    // Merged down to where no rows are.
    sheet.merge_range(4, 7, 9, 7, "2", &plain).unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let ingested = run(&workbook_schema(), "2013-01", &[("2013-01/visits.xlsx", &bytes)]).unwrap();
    assert_sound(&ingested);
    let surnames: Vec<String> = people(&ingested).into_iter().map(|(_, surname, _)| surname).collect();
    assert_eq!(surnames, ["Smith", "Smith", "JONES", ""]);
    assert_eq!(ingested.deliveries[0].rows_read, 4);
    assert!(ingested.rejects.is_empty());
    assert!(ingested.warnings.iter().any(|warning| warning.contains("merged over several rows")), "{:?}", ingested.warnings);
}

#[test]
fn other_sheets_are_told_of_and_a_wrong_sheet_is_refused() {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("Data").unwrap().write(0, 0, "x").unwrap();
    workbook.add_worksheet().set_name("More").unwrap().write(0, 0, "x").unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let named = workbook_schema().replace("visits*.xlsx\"", "visits*.xlsx\"\nsheet = \"Dat\"");
    let problems = run(&named, "2013-01", &[("2013-01/visits.xlsx", &bytes)]).expect_err("no such sheet");
    assert_eq!((codes(&problems), problems.0[0].hint.contains("\"Data\"")), (vec!["no-such-sheet"], true));
}

#[test]
fn numbers_that_are_no_longer_exact_stay_recognisable() {
    use super::super::workbook::number_text;
    assert_eq!(
        [number_text(100_023_000_000.0), number_text(12.0), number_text(1.5), number_text(1.0e18)],
        ["100023000000", "12", "1.5", "1E18"]
    );
}

/// A zip package of stored parts: name, bytes, and the size its directory says they unpack to.
fn zip(parts: &[(&str, &[u8], u32)]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, content, unpacked) in parts {
        let offset = bytes.len() as u32;
        let common = |out: &mut Vec<u8>| {
            out.extend([20, 0, 0, 0, 8, 0, 0, 0, 0, 0]);
            out.extend(0_u32.to_le_bytes());
            out.extend((content.len() as u32).to_le_bytes());
            out.extend(unpacked.to_le_bytes());
            out.extend((name.len() as u16).to_le_bytes());
            out.extend(0_u16.to_le_bytes());
        };
        bytes.extend(b"PK\x03\x04");
        common(&mut bytes);
        bytes.extend(name.as_bytes());
        bytes.extend(*content);
        directory.extend(b"PK\x01\x02\x14\x00");
        common(&mut directory);
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, count) = (bytes.len() as u32, parts.len() as u16);
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend(count.to_le_bytes());
    bytes.extend(count.to_le_bytes());
    bytes.extend((directory.len() as u32).to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0, 0]);
    bytes
}

#[test]
fn dangerous_workbooks_are_refused_before_they_are_opened() {
    let sheet = "xl/worksheets/sheet1.xml";
    let many: Vec<String> = (0..10_000).map(|index| format!("xl/worksheets/sheet{index}.xml")).collect();
    let many: Vec<(&str, &[u8], u32)> = many.iter().map(|name| (name.as_str(), b"<x/>".as_slice(), 4)).collect();
    let packed = vec![0; 200_000];
    let cases: [(&str, Vec<u8>, &str); 9] = [
        ("bomb", zip(&[(sheet, &packed, 100 << 20)]), "workbook-too-large"),
        ("larger than deflate can pack", zip(&[(sheet, &packed, 60 << 20), (sheet, b"x", 50 << 20)]), "workbook-too-large"),
        ("two gigabytes", zip(&[(sheet, &vec![0; 20 << 20], 2 << 30)]), "workbook-too-large"),
        ("ten thousand sheets", zip(&many), "workbook-too-large"),
        ("macro", zip(&[("xl/vbaProject.bin", b"x", 1)]), "workbook-with-macro"),
        ("links", zip(&[("xl/externalLinks/externalLink1.xml", b"x", 1)]), "workbook-with-links"),
        ("old format", [[0xd0, 0xcf, 0x11, 0xe0].as_slice(), &[0; 600]].concat(), "not-a-workbook"),
        ("text", b"Ref,Surname\n1,Smith\n".to_vec(), "not-a-workbook"),
        ("cut short", workbook()[..workbook().len() / 2].to_vec(), "not-a-workbook"),
    ];
    for (name, bytes, code) in cases {
        let problems = run(&workbook_schema(), "2013-01", &[("2013-01/visits.xlsx", &bytes)]).expect_err(name);
        assert_eq!(codes(&problems), [code], "{name}");
    }
}

fn batch() -> RecordBatch {
    with_births(Arc::new(Date32Array::from(vec![Some(10_623), None, Some(0)])))
}

fn with_births(births: ArrayRef) -> RecordBatch {
    let dictionary: DictionaryArray<Int32Type> = vec!["SUS", "SUS", "VIC"].into_iter().collect();
    let midnight = 1_357_171_200_000;
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("Ref", Arc::new(Int64Array::from(vec![1, 2, 3]))),
        ("Person ID", Arc::new(Float64Array::from(vec![Some(100_023_000_000.0), Some(7.0), None]))),
        ("Surname", Arc::new(StringArray::from(vec![Some("Smith"), Some("Łukasz"), Some("Jones")]))),
        ("Forename", Arc::new(StringArray::from(vec![Some("Ann"), None, Some(" Bob ")]))),
        ("DOB", births),
        ("Role", Arc::new(dictionary)),
        ("Date", Arc::new(TimestampMillisecondArray::from(vec![midnight, midnight, midnight]))),
        ("Count", Arc::new(Float64Array::from(vec![1.0, 2.0, 3.0]))),
        ("Mother", Arc::new(BooleanArray::from(vec![None, None, None::<bool>]))),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

pub(in super::super) fn parquet(compression: Compression) -> Vec<u8> {
    written(&batch(), compression)
}

fn written(batch: &RecordBatch, compression: Compression) -> Vec<u8> {
    let mut bytes = Vec::new();
    let properties = WriterProperties::builder().set_compression(compression).build();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    bytes
}

#[test]
fn an_instant_is_the_day_it_was_in_the_united_kingdom() {
    // 1 July 1985 by British clocks, whose midnight was 23:00 in Greenwich; the same day at midnight in Greenwich; 15 January 1970, when British clocks were an hour ahead all year.
    let instants = vec![489_020_400_000, 489_024_000_000, 1_206_000_000];
    let births = |zone: &str| -> ArrayRef { Arc::new(TimestampMillisecondArray::from(instants.clone()).with_timezone(zone)) };
    let read = |zone: &str| {
        let bytes = written(&with_births(births(zone)), Compression::SNAPPY);
        run(&parquet_schema(), "2013-01", &[("2013-01/visits.parquet", &bytes)])
    };
    for zone in ["UTC", "Etc/UTC", "+00:00", "Europe/London"] {
        let mut born: Vec<String> = people(&read(zone).unwrap()).into_iter().map(|(_, _, born)| born).collect();
        born.sort();
        assert_eq!(born, ["1970-01-15", "1985-07-01", "1985-07-01"], "{zone}");
    }
    assert_eq!(codes(&read("Mars/Olympus_Mons").expect_err("no such place")), ["unsupported-column"]);
}

#[test]
fn parquet_columns_of_any_plain_type_read_as_text() {
    let codecs =
        [Compression::UNCOMPRESSED, Compression::SNAPPY, Compression::ZSTD(ZstdLevel::default()), Compression::GZIP(GzipLevel::default())];
    for compression in codecs {
        let ingested = run(&parquet_schema(), "2013-01", &[("2013-01/visits.parquet", &parquet(compression))]).unwrap();
        assert_sound(&ingested);
        let expected = [("100023000000", "Smith", "1999-02-01"), ("3#person", "Jones", "1970-01-01"), ("7", "Łukasz", "")];
        assert_eq!(
            people(&ingested),
            expected.map(|(id, name, born)| (id.to_owned(), name.to_owned(), born.to_owned())),
            "{compression:?}"
        );
        assert_eq!((iso(ingested.events.from[0]), ingested.events.line.as_slice()), ("2013-01-03".to_owned(), [1, 2, 3].as_slice()));
        assert_eq!(ingested.persons.column(Field::Forename).get(1), Some("Bob"));
    }
}

#[test]
fn nested_and_empty_parquet_files_are_refused() {
    let list = ListArray::from_iter_primitive::<Int64Type, _, _>(vec![Some(vec![Some(1)])]);
    let nested = RecordBatch::try_from_iter([("Ref", Arc::new(list) as ArrayRef)]).unwrap();
    for (batch, code) in [(nested, "unsupported-column"), (batch().slice(0, 0), "no-rows")] {
        let mut bytes = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let problems = run(&parquet_schema(), "2013-01", &[("2013-01/visits.parquet", &bytes)]).expect_err(code);
        assert_eq!(codes(&problems), [code]);
    }
}
