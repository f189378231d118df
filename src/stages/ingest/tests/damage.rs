//! Damaged bytes: cut, flipped, zeroed. Nothing may panic out, and no half row may be believed.

use parquet::basic::Compression;

use bytes::Bytes;

use super::super::file::{guarded, take_bytes};
use super::typed::{parquet, parquet_schema, workbook, workbook_schema};
use super::{HEADER, VISITS, schema};
use crate::config::checked::{GateSettings, Schema};
use crate::model::date;

const CANARY: &str = "Zzcanary";

fn csv(quoted: bool) -> Vec<u8> {
    let row = |index: usize| {
        if quoted {
            format!("{index},P{index},\"{CANARY}, Jr\",\"Ann \"\"Annie\"\"\",01/02/1999,SUS,03/01/2013,{},\"Jo\nSmith\"\n", index % 7)
        } else {
            format!("{index},P{index},{CANARY},Ann,01/02/1999,SUS,03/01/2013,{},Jo Smith\n", index % 7)
        }
    };
    format!("{HEADER}\n{}", (0..40).map(row).collect::<String>()).into_bytes()
}

/// Rows used, or the problems, as the stage would see them.
fn read(schema: &Schema, bytes: &[u8]) -> Result<(u64, bool), String> {
    let as_at = date::from_iso("2013-01-31").unwrap();
    let outcome = guarded("visits", || take_bytes(schema, &GateSettings::default(), "visits", as_at, &Bytes::copy_from_slice(bytes)));
    match outcome {
        Ok((part, warnings)) => {
            assert_eq!(part.rows_read, part.rows_used + part.rejects.iter().filter(|reject| reject.row_set_aside).count() as u64);
            Ok((part.rows_used, !warnings.is_empty()))
        }
        Err(problems) => {
            assert!(!problems.is_empty());
            let text = format!("{problems:?}");
            assert!(!text.contains(CANARY), "a message shows a value: {text}");
            Err(text)
        }
    }
}

#[test]
fn a_text_file_cut_anywhere_gives_whole_rows_or_says_so() {
    for quoted in [false, true] {
        let (schema, whole) = (schema(VISITS), csv(quoted));
        assert_eq!(read(&schema, &whole), Ok((40, false)));
        for cut in 0..whole.len() {
            let bytes = &whole[..cut];
            if let Ok((used, warned)) = read(&schema, bytes) {
                assert!(used < 40 || warned, "cut at {cut}");
                assert!(warned || bytes.ends_with(b"\n"), "cut at {cut} is not noticed");
            }
        }
    }
}

#[test]
fn flipped_bits_never_panic_out_of_the_stage() {
    let cases: [(Schema, Vec<u8>); 5] = [
        (schema(VISITS), csv(false)),
        (schema(VISITS), csv(true)),
        (schema(&parquet_schema()), parquet(Compression::SNAPPY)),
        (schema(&parquet_schema()), parquet(Compression::UNCOMPRESSED)),
        (schema(&workbook_schema()), workbook()),
    ];
    for (schema, whole) in cases {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        for _ in 0..1000 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let mut bytes = whole.clone();
            let position = (state >> 3) as usize % bytes.len();
            bytes[position] ^= 1 << (state & 7);
            drop(read(&schema, &bytes));
        }
    }
}

#[test]
fn cut_and_zeroed_parquet_and_workbooks_never_panic_out_of_the_stage() {
    for (schema, whole) in [(schema(&parquet_schema()), parquet(Compression::SNAPPY)), (schema(&workbook_schema()), workbook())] {
        for step in 0..500 {
            let cut = whole.len() * step / 500;
            assert!(read(&schema, &whole[..cut]).is_err(), "cut at {cut}");
            let mut zeroed = whole.clone();
            zeroed.iter_mut().skip(cut).take(64).for_each(|byte| *byte = 0);
            drop(read(&schema, &zeroed));
        }
    }
}

#[test]
fn quotes_that_do_not_pair_refuse_the_file_with_the_line_where_they_open() {
    let good = "1,P1,Smith,Ann,01/02/1999,SUS,03/01/2013,1,Jo";
    for (row, code, line) in [
        ("2,P2,\"Smith,Ann,01/02/1999,SUS,03/01/2013,1,Jo", "unclosed-quote", 3),
        ("2,P2,\"Smith\"x,Ann,01/02/1999,SUS,03/01/2013,1,Jo", "text-after-quote", 3),
        ("2,P2,\"a\nb\nc\nd\ne\nf\ng\nh\",Ann,01/02/1999,SUS,03/01/2013,1,Jo", "unclosed-quote", 3),
    ] {
        let text = format!("{HEADER}\n{good}\n{row}\n{}\n", good.replace("P1", "P3"));
        let problems = take_bytes(&schema(VISITS), &GateSettings::default(), "visits", 0, &Bytes::copy_from_slice(text.as_bytes()))
            .err()
            .expect("refused");
        assert_eq!(problems.iter().map(|problem| (problem.code, problem.line)).collect::<Vec<_>>(), [(code, line)]);
    }
    let stray = format!("{HEADER}\n{good}\n2,P2,Smi\"th,Ann,01/02/1999,SUS,03/01/2013,1,Jo\n");
    let (part, _) = take_bytes(&schema(VISITS), &GateSettings::default(), "visits", 0, &Bytes::copy_from_slice(stray.as_bytes()))
        .unwrap_or_else(|_| panic!("one stray quote"));
    assert_eq!(part.rejects.iter().map(|reject| (reject.line, reject.code)).collect::<Vec<_>>(), [(3, "stray-quote")]);
}
