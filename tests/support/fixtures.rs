use std::fmt::Write;
use std::sync::atomic::{AtomicU32, Ordering};

/// The password of every user in the tests.
pub const PASSWORD: &str = "horse-battery-staple";

/// A name that nothing else in this run has.
pub fn unique(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("{prefix}-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A file of hour records of 1.5 hours each, one teacher after another, with a name in their trainings and external
/// ids: the same training of another source would be taken for a duplicate.
pub fn hours_file<T: AsRef<str>>(teachers: &[T], name: &str, rows: usize) -> String {
    let mut file =
        "教师编号,培训年度,培训类别,项目名称,机构名称,培训方式,获得学时,开始日期,结束日期,来源编号\n".to_owned();
    for row in 0..rows {
        let teacher = teachers[row % teachers.len()].as_ref();
        writeln!(
            file,
            "{teacher},2025,国培,培训 {name} {row},进修学校,网络研修,1.5,2025-06-01,2025-06-02,{name}-{row}"
        )
        .unwrap();
    }
    file
}
