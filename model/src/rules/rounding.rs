//! 学时 as hundredths.

/// Returns `hours` × `part` ÷ `whole`, rounded up to the tenth of an hour. Hours are hundredths.
pub fn share(hours: i64, part: u32, whole: i64) -> i64 {
    let exact = hours * i64::from(part);
    let tenth = 10 * whole;
    let mut tenths = exact / tenth;
    if tenths * tenth < exact {
        tenths += 1;
    }
    tenths * 10
}
