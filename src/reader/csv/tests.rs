//! A row cut by itself has the cells that it has in its file.

use super::{Columns, Rows};
use crate::discover::range::Bytes;

#[test]
fn one_row_has_the_cells_it_has_in_its_file() {
    let rows = [
        "a,b,c",
        "1,\"two \"\"2\"\"\",3",
        ",,",
        "\"a\nb\",c\r,d",
        "x\"y,\"z\" tail,\"open",
        "one",
        "1,2,3,4,5,6,7,8,9",
        "\"\"",
        "é,ü,\u{feff}",
    ];
    let header: Vec<String> = ["a", "b", "c"].map(str::to_owned).to_vec();
    let columns = Columns::new(b',', &header, &[]);
    for row in rows {
        let source = Bytes(row.as_bytes().into());
        let whole = Rows::new(&source, b',').next_row().expect("no input error");
        // Twice, as what cuts rows is used again.
        for _ in 0..2 {
            assert_eq!(
                whole.clone().and_then(|row| row.cells),
                Some(columns.cells(row.as_bytes()))
            );
        }
    }
}
