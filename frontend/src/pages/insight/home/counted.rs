//! What waits for the user as a whole list: a line says how many there are and opens the list.

use serde::de::IgnoredAny;
use songjiao_types::{Page, Permission, hour_records::HourRecordHold};
use yew::prelude::*;

use super::task::Task;
use crate::{
    api::dashboard::{
        count_open_duplicate_groups, count_overdue_projects, count_records_held, count_waiting_appointments,
        count_waiting_exemptions,
    },
    components::Tone,
    hooks::{Load, use_query},
    route::Route,
    session::use_session,
};

/// The permissions of those for whom lists wait.
pub const ACTING: [Permission; 4] = [
    Permission::ProjectsWrite,
    Permission::AppointmentsConfirm,
    Permission::ExemptionsConfirm,
    Permission::HoursRecognize,
];

/// The lines about whole lists; `None` until all of them are known.
#[hook]
pub fn use_counted_tasks() -> Option<Vec<Task>> {
    let session = use_session();
    let recognizes = session.can(Permission::HoursRecognize);
    let held = |hold| recognizes.then(|| count_records_held(hold));
    let overdue = use_query(session.can(Permission::ProjectsWrite).then(count_overdue_projects));
    let appointments = use_query(session.can(Permission::AppointmentsConfirm).then(count_waiting_appointments));
    let exemptions = use_query(session.can(Permission::ExemptionsConfirm).then(count_waiting_exemptions));
    let pending = use_query(held(HourRecordHold::Decision));
    let flagged = use_query(held(HourRecordHold::Flagged));
    let own = use_query(held(HourRecordHold::Own));
    let duplicates = use_query(recognizes.then(count_open_duplicate_groups));
    let counted: [(&Counts, fn(i64) -> Task); 7] = [
        (&overdue, overdue_task),
        (&appointments, appointment_task),
        (&exemptions, exemption_task),
        (&pending, pending_task),
        (&flagged, flagged_task),
        (&duplicates, duplicate_task),
        (&own, own_task),
    ];
    if counted.iter().any(|(load, _)| load.loading && load.data.is_none()) {
        return None;
    }
    let waiting = |load: &Counts| load.value().and_then(|page| page.total).filter(|waiting| *waiting > 0);
    Some(counted.into_iter().filter_map(|(load, task)| waiting(load).map(task)).collect())
}

type Counts = Load<Page<IgnoredAny>>;

fn overdue_task(waiting: i64) -> Task {
    Task {
        kind: t!("项目"),
        tone: Tone::Danger,
        title: t!("{waiting} 个项目结束已满 30 天，尚未结项", waiting),
        detail: t!("核对考勤后结项，学时才能认定；未举办的请取消").to_owned(),
        to: Route::Projects,
        query: "overdue=true",
        act: t!("去结项"),
    }
}

fn appointment_task(waiting: i64) -> Task {
    Task {
        kind: t!("任职"),
        tone: Tone::Warning,
        title: t!("{waiting} 项任职待确认", waiting),
        detail: t!("学校上报的任职、调动和更正").to_owned(),
        to: Route::Appointments,
        query: "",
        act: t!("去确认"),
    }
}

fn exemption_task(waiting: i64) -> Task {
    Task {
        kind: t!("减免"),
        tone: Tone::Warning,
        title: t!("{waiting} 项减免待确认", waiting),
        detail: t!("学校上报的产假、病假等").to_owned(),
        to: Route::Exemptions,
        query: "confirmed=false",
        act: t!("去确认"),
    }
}

fn hours_task(title: String, detail: &str, to: Route, query: &'static str, act: &'static str) -> Task {
    Task { kind: t!("学时"), tone: Tone::Warning, title, detail: detail.to_owned(), to, query, act }
}

fn pending_task(waiting: i64) -> Task {
    let title = t!("{waiting} 条学时待认定", waiting);
    hours_task(title, t!("学校登记和导入的学时"), Route::HourRecords, "hold=decision", t!("去认定"))
}

fn flagged_task(waiting: i64) -> Task {
    let title = t!("{waiting} 条学时异常待核对", waiting);
    hours_task(title, t!("学时过多、日期不符等，逐条核对"), Route::HourRecords, "hold=flagged", t!("去核对"))
}

fn duplicate_task(waiting: i64) -> Task {
    let title = t!("{waiting} 组疑似重复待核对", waiting);
    hours_task(title, t!("同一培训只能计一次"), Route::DuplicateGroups, "", t!("去核对"))
}

fn own_task(waiting: i64) -> Task {
    let title = t!("{waiting} 条本人登记的学时待他人认定", waiting);
    hours_task(title, t!("登记人就是教师本人，由其他人认定"), Route::HourRecords, "hold=own", t!("查看"))
}
