//! What is printed: lines on standard output, a closed pipe being no error.

use std::io::Write as _;

use serde::Serialize;

/// Prints a line.
pub(crate) fn line(text: &str) {
    let _closed_pipe = writeln!(std::io::stdout().lock(), "{text}");
}

/// Prints a value as JSON.
pub(crate) fn json(value: &impl Serialize) {
    line(&serde_json::to_string_pretty(value).unwrap_or_default());
}

/// Prints rows below heads, each column as wide as its widest cell.
pub(crate) fn table<const N: usize>(heads: [&str; N], rows: &[[String; N]]) {
    let mut widths = heads.map(|head| head.chars().count());
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let print = |cells: &[String; N]| {
        let mut text = String::new();
        for (width, cell) in widths.into_iter().zip(cells) {
            text.push_str(&format!("{cell:<width$}  "));
        }
        line(text.trim_end());
    };
    print(&heads.map(str::to_owned));
    rows.iter().for_each(print);
}
