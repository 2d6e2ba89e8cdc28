//! One teacher with the hours of a cycle and its years. Printed, it is the sheet for the teacher's file.

use songjiao_types::{
    Permission, TeacherId, WireEnum, accounts::AccountQuery, hour_records::HourRecordQuery, teachers::TeacherView,
};
use yew::prelude::*;

use super::{
    common::{list_crumb, marks, status_badge},
    cycle::CycleSection,
    records::Records,
    year::YearSection,
};
use crate::{
    api::teachers::find_teacher,
    calendar::{Calendar, Cycle},
    components::{
        Button, ButtonKind, ButtonLink, Crumb, IconName, IdProps, KeyValues, Notice, OrganizationLink, PageHeader,
        Section, Tone, loaded,
    },
    format,
    hooks::{use_calendar, use_query, use_url_query},
    i18n::heading,
    pages::{hours::exemptions::TeacherExemptions, people::appointments::Appointments},
    query::{Query, encode},
    route::Route,
    session::use_session,
};

/// The page of a teacher. `?cycle=` and `?year=` select what it shows.
#[component]
pub fn DetailPage(props: &IdProps<TeacherId>) -> Html {
    let load = use_query(Some(find_teacher(props.id)));
    let calendar = use_calendar();
    let reload = load.reload.clone();
    loaded(&load, |teacher| {
        loaded(&calendar, |calendar| {
            let calendar = Calendar::of(calendar);
            html! { <Detail teacher={teacher.clone()} {reload} {calendar} /> }
        })
    })
}

#[derive(Properties, PartialEq)]
struct DetailProps {
    teacher: TeacherView,
    reload: Callback<()>,
    calendar: Calendar,
}

#[component]
fn Detail(props: &DetailProps) -> Html {
    let DetailProps { teacher, reload, calendar } = props;
    let id = teacher.id;
    let session = use_session();
    let own = session.me().is_some_and(|me| me.teacher_id == Some(id));
    // Of participants and fellow members, a team sees neither quotas and credits nor exemptions.
    let shows_figures = own || session.me().is_some_and(|me| !me.role.sees_by_assignment());
    let shows_exemptions = own || session.can(Permission::ExemptionsRead);
    let query = use_url_query();
    let (cycle, year) = shown(&query, calendar);
    // Counts changes made here that affect figures elsewhere on the page.
    let changes = use_state(|| 0_u32);
    let onchanged = {
        let (changes, reload) = (changes.clone(), reload.clone());
        Callback::from(move |()| {
            changes.set(*changes + 1);
            reload.emit(());
        })
    };
    let print = Callback::from(|_: MouseEvent| {
        if let Some(window) = web_sys::window() {
            let _ = window.print();
        }
    });
    let actions = html! {
        <>
            if session.can(Permission::TeachersWrite) {
                <ButtonLink to={Route::EditTeacher { id }} icon={IconName::Edit} kind={ButtonKind::Primary}>{ t!("编辑") }</ButtonLink>
            }
            if session.can(Permission::AccountsManage) {
                <ButtonLink to={Route::Accounts} query={encode(&AccountQuery { q: Some(teacher.teacher_no.clone()), ..Default::default() })} icon={IconName::Key}>{ t!("开通账号") }</ButtonLink>
            }
            if session.can(Permission::HoursSubmit) {
                <ButtonLink to={Route::NewHourRecord} query={encode(&HourRecordQuery { teacher_id: Some(id), ..Default::default() })} icon={IconName::Plus}>{ t!("录入学时") }</ButtonLink>
            }
            if shows_figures {
                <Button icon={IconName::Print} onclick={print}>{ t!("打印学时登记表") }</Button>
            }
        </>
    };
    let beside = html! { <>{ status_badge(teacher.status) }{ marks(teacher) }</> };
    let crumbs = if own { vec![Crumb::to(t!("工作台"), Route::Home)] } else { vec![list_crumb()] };
    let changed = *changes;
    html! {
        <div class="sheet">
            <p class="print-only sheet__title">{ t!("教师培训学时登记表（{cycle} 周期）", cycle = cycle.label()) }</p>
            <PageHeader title={teacher.name.clone()} {crumbs} {beside} {actions} />
            if teacher.status.has_ended() {
                <Notice tone={Tone::Neutral} title={t!("该教师已{status}", status = t!(teacher.status.label()))}>
                    { t!("离任之后的月份不再要求学时；以往的记录保留。") }
                </Notice>
            }
            <Section title={t!("基本信息")}><KeyValues items={properties(teacher)} /></Section>
            if shows_figures {
                <CycleSection key={format!("cycle-{}-{changed}", cycle.first)} teacher={teacher.clone()} calendar={calendar.clone()} {cycle} {year} />
                <YearSection key={format!("year-{changed}")} teacher={id} {year} />
            }
            <Records key={format!("records-{changed}")} teacher={id} {cycle} />
            <div class="screen-only">
                <Section title={t!("任职经历")}><Appointments teacher={teacher.clone()} onchanged={onchanged.clone()} /></Section>
                if shows_exemptions { <TeacherExemptions teacher={id} {onchanged} /> }
            </div>
            <div class="print-only sheet__signatures">
                <p>{ t!("教师签名：") }</p><p>{ t!("学校（盖章）：") }</p><p>{ t!("教师进修学校（盖章）：") }</p>
                <p>{ t!("打印日期：{long_date}", long_date = format::long_date(format::today())) }</p>
            </div>
        </div>
    }
}

/// The cycle and the year in the URL, or the current ones.
fn shown(query: &Query, calendar: &Calendar) -> (Cycle, i32) {
    let number = |name: &str| query.get(name).and_then(|text| text.parse::<i32>().ok());
    let year = number("year").filter(|year| calendar.years().contains(year));
    let cycle = calendar.cycle_of(number("cycle").or(year).unwrap_or(calendar.year).min(calendar.year));
    let year = year.filter(|year| cycle.contains(*year)).unwrap_or_else(|| calendar.year.min(cycle.last));
    (cycle, year)
}

fn properties(teacher: &TeacherView) -> Vec<(AttrValue, Html)> {
    let text = |text: Option<String>| match text {
        Some(text) => html! { text },
        None => html! { <span class="muted">{ t!("未填写") }</span> },
    };
    let unit = html! { <OrganizationLink id={teacher.organization.id} name={teacher.organization.name.clone()} /> };
    let mut items = vec![
        (heading::<TeacherView>("teacher_no"), html! { <code>{ &teacher.teacher_no }</code> }),
        (heading::<TeacherView>("organization_name"), unit),
        (t!("学科学段").into(), html! { format!("{} · {}", t!(teacher.stage.label()), teacher.subject) }),
        (heading::<TeacherView>("title"), text(teacher.title.clone())),
        (heading::<TeacherView>("gender"), text(teacher.gender.map(|gender| t!(gender.label()).to_owned()))),
        (
            heading::<TeacherView>("id_number"),
            match &teacher.id_number {
                Some(number) => html! { <code>{ number }</code> },
                None => html! { <span class="muted">{ t!("未登记") }</span> },
            },
        ),
        (heading::<TeacherView>("joined_on"), html! { format::date(teacher.joined_on) }),
    ];
    if let Some(left_on) = teacher.left_on {
        items.push((heading::<TeacherView>("left_on"), html! { format::date(left_on) }));
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_names_the_cycle_and_the_year() {
        let calendar = crate::calendar::test_calendar();
        let at = |query: &str| shown(&Query::parse(query), &calendar);
        assert_eq!(at(""), (Cycle { first: 2026, last: 2030 }, 2026));
        assert_eq!(at("cycle=2021"), (Cycle { first: 2021, last: 2025 }, 2025));
        assert_eq!(at("cycle=2021&year=2023"), (Cycle { first: 2021, last: 2025 }, 2023));
        assert_eq!(at("year=2019"), (Cycle { first: 2016, last: 2020 }, 2019));
        assert_eq!(at("cycle=2021&year=2026").1, 2025);
        assert_eq!(at("cycle=nonsense&year=9999"), (Cycle { first: 2026, last: 2030 }, 2026));
    }
}
