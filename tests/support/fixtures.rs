use std::fmt::Write;
use std::sync::atomic::{AtomicU32, Ordering};

/// The initial password of every test user.
pub const PASSWORD: &str = "horse-battery-staple";

/// Returns a name that is unique in this run.
pub fn unique(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("{prefix}-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Returns a CSV file of hour records of 1.5 hours each, the teachers in turn. `name` is part of the titles and
/// external ids, since equal trainings of two sources would be suspected duplicates.
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
