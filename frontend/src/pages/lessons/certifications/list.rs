//! The list of certifications.

use songjiao_types::{
    Permission, Role, WireEnum,
    certifications::{Award, CertificationQuery, CertificationSort, CertificationStatus, CertificationView},
    lessons::LessonQuery,
};
use yew::prelude::*;

use super::common::{number_link, progress, status_badge, waiting_badge};
use crate::{
    api::certifications::list_certifications,
    components::{
        ButtonLink, ChoiceFilter, Column, Crumb, DataTable, EmptyState, FilterBar, IconName, Link, ListOutput,
        OptionFilter, OrganizationFilter, PageHeader, SearchFilter, Section, Tab, Tabs, TeacherFilter, Tone, badge,
    },
    format,
    hooks::{filter, use_list, use_query_keep_previous},
    i18n::{self, heading},
    query::encode,
    route::Route,
    session::use_session,
};

/// The first year with certificates.
const FIRST_YEAR: i32 = 2016;

/// The columns of the printed list.
const PRINTED: &[&str] = &[
    "lesson_title",
    "teacher_name",
    "school_name",
    "lesson_subject",
    "grade",
    "status",
    "award",
    "number",
    "awarded_on",
];

/// The certifications in scope.
#[component]
pub fn ListPage() -> Html {
    let session = use_session();
    let list = use_list(CertificationQuery { sort: Some(CertificationSort::Newest), ..Default::default() });
    let load = use_query_keep_previous(Some(list_certifications(&list.request())));
    let columns = use_memo((), |()| columns());
    let own = session.me().is_some_and(|me| me.role == Role::Teacher);
    let reviews = session.can(Permission::CertificationsReview);
    let waiting = list.query.waiting_for_me == Some(true);
    let tab = |label: &'static str, query: CertificationQuery, current: bool| Tab {
        label: label.into(),
        to: Route::Certifications,
        query: encode(&query).into(),
        count: None,
        current,
    };
    let ready = list.query.ready_to_decide == Some(true);
    let applied = list.query.status == Some(CertificationStatus::Applied);
    let under_review = CertificationQuery { status: Some(CertificationStatus::Applied), ..Default::default() };
    let tabs = vec![
        tab(t!("全部"), CertificationQuery::default(), !waiting && !applied && !ready),
        tab(t!("待我评审"), CertificationQuery { waiting_for_me: Some(true), ..Default::default() }, waiting),
        tab(t!("待决定"), CertificationQuery { ready_to_decide: Some(true), ..Default::default() }, ready),
        tab(t!("评审中"), under_review, applied && !waiting && !ready),
    ];
    let empty = html! {
        <EmptyState icon={IconName::Medal} title={t!("还没有认定申请")}>
            <p>{ t!("课例评定等次之后，在课例页面申请认定。") }</p>
            <ButtonLink to={Route::Lessons} query={encode(&LessonQuery { graded: Some(true), ..Default::default() })} icon={IconName::Book}>{ t!("查看已评定的课例") }</ButtonLink>
        </EmptyState>
    };
    html! {
        <>
            <PageHeader title={t!("三课认定")} actions={html! { <ListOutput<CertificationView> name={t!("三课认定")} get={list_certifications(&list.query)} printed={PRINTED} /> }} crumbs={vec![Crumb::to(t!("工作台"), Route::Home)]}
                subtitle={t!("合格课、优质课、精品课经评审达到“三课”标准的，分别认定为达标课、优质课、示范课并颁发证书。")} />
            if reviews { <Tabs label={t!("认定申请的范围")} {tabs} /> }
            <Section flush=true>
                <FilterBar list={list.erase()}>
                    <SearchFilter filter={filter!(list, q)} label={t!("编号、课题或教师")} />
                    <ChoiceFilter<CertificationStatus> filter={filter!(list, status)} label={t!("状态")} />
                    <ChoiceFilter<Award> filter={filter!(list, award)} label={heading::<CertificationView>("award")} />
                    <OptionFilter filter={filter!(list, awarded_year)} label={t!("认定年份")} options={years(format::this_year())} />
                    <OptionFilter filter={filter!(list, year)} label={t!("发证年份")} options={years(format::this_year())} />
                    if !own {
                        <OrganizationFilter filter={filter!(list, organization_id)} label={t!("单位")} placeholder={t!("全部")} />
                        <TeacherFilter filter={filter!(list, teacher_id)} label={t!("授课教师")} placeholder={t!("全部")} />
                    }
                </FilterBar>
                <DataTable<CertificationView> caption={t!("认定申请列表")} columns={(*columns).clone()} {load} list={list.erase()} unit={t!("件申请")} {empty} />
            </Section>
        </>
    }
}

/// The years on offer, latest first.
fn years(this: i32) -> Vec<(AttrValue, AttrValue)> {
    (FIRST_YEAR..=this.max(FIRST_YEAR))
        .rev()
        .map(|year| (year.to_string().into(), t!("{year} 年", year).into()))
        .collect()
}

fn columns() -> Vec<Column<CertificationView>> {
    vec![
        Column::field("lesson_title", |row: &CertificationView| {
            html! { <Link to={Route::Certification { id: row.id }}>{ &row.lesson_title }</Link> }
        })
        .head(),
        Column::field("teacher_name", |row: &CertificationView| html! { &row.teacher_name }),
        Column::field("school_name", |row: &CertificationView| html! { &row.school_name }),
        Column::field("lesson_subject", |row: &CertificationView| html! { &row.lesson_subject }),
        Column::field("grade", |row: &CertificationView| html! { t!(row.grade.label()) }),
        Column::field("status", |row: &CertificationView| {
            html! {
                <>
                    { status_badge(row.status) }
                    if row.waiting_for_me { { waiting_badge() } }
                    if row.ready_to_decide { { badge(Tone::Info, t!("待决定")) } }
                    if row.too_few_reviewers.is_some() { { badge(Tone::Danger, t!("评审人不足")) } }
                </>
            }
        }),
        Column::new(t!("评审意见"), |row: &CertificationView| html! { progress(row) }).unbroken(),
        Column::field("award", |row: &CertificationView| html! { row.award.map_or("—", i18n::label) }),
        Column::field("number", number_link).unbroken(),
        Column::field("created_at", |row: &CertificationView| html! { format::date_time(row.created_at) })
            .sorted_by("created_at")
            .unbroken(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_year_since_the_first_can_be_chosen() {
        let years = years(2018);
        assert_eq!(years.iter().map(|(value, _)| value.as_str()).collect::<Vec<_>>(), ["2018", "2017", "2016"]);
    }
}
