//! All components in all their states, for developers: what is here can be used, what is not here has yet to be
//! written.

use std::rc::Rc;

use chrono::NaiveDate;
use songjiao_types::{
    Hours, Page,
    teachers::{TeacherQuery, TeacherSort},
    training::Stage,
};
use yew::prelude::*;

use crate::{
    api::{ApiError, Fetched},
    components::{
        Bar, BarChart, Button, ButtonKind, Calendar, CalendarEvent, CheckboxField, ChoiceFilter, Column, ConfirmDialog,
        DataTable, DateField, Dialog, Distribution, EmptyState, ErrorPanel, FieldGroup, FileDrop, FilterBar,
        HoursField, IconName, KeyValues, Notice, OptionField, PageHeader, Pager, Part, Preferences, ProgressBar,
        ProgressRing, RateRing, ReasonDialog, SearchFilter, Section, Segments, SelectField, Skeleton, StatCard, Step,
        StepState, Stepper, Tab, Tabs, TextAreaField, TextField, Timeline, TimelineEvent, Tone, badge, use_toasts,
    },
    hooks::{Bind, Load, filter, set_to, use_list},
    route::Route,
};

const TONES: [(Tone, &str); 5] = [
    (Tone::Neutral, msgid!("中性")),
    (Tone::Info, msgid!("信息")),
    (Tone::Success, msgid!("成功")),
    (Tone::Warning, msgid!("提醒")),
    (Tone::Danger, msgid!("危险")),
];

/// The page.
#[component]
pub fn GalleryPage() -> Html {
    html! {
        <>
            <PageHeader title={t!("组件一览")} subtitle={t!("每个组件和它的各种状态。新页面由这些组件组成。")} beside={badge(Tone::Neutral, t!("供开发使用"))} />
            <Buttons />
            <Section title={t!("标记和提示")}>
                <p class="gallery-row">{ for TONES.iter().map(|(tone, name)| badge(*tone, t!(name))) }</p>
                { for TONES.iter().map(|(tone, name)| html! {
                    <Notice tone={*tone} title={t!(name)}>{ t!("说明发生了什么，以及接下来可以做什么。") }</Notice>
                }) }
            </Section>
            <Section title={t!("数字和进度")}>{ figures() }</Section>
            <Section title={t!("步骤")}>{ steps() }</Section>
            <Section title={t!("表单")}><Fields /></Section>
            <Section title={t!("表格")} flush=true><Table /></Section>
            <Section title={t!("经过和日历")}>{ days() }</Section>
            <Section title={t!("文件")}><Files /></Section>
            <Section title={t!("界面")}><Preferences /></Section>
            <Section title={t!("加载、空白和失败")}>
                <Skeleton lines=3 />
                <EmptyState icon={IconName::Search} title={t!("没有符合条件的记录")}><p>{ t!("请放宽筛选条件。") }</p></EmptyState>
                <ErrorPanel error={ApiError::Network} onretry={Callback::noop()} />
            </Section>
            <Dialogs />
        </>
    }
}

#[component]
fn Buttons() -> Html {
    let toasts = use_toasts();
    let succeed = {
        let toasts = toasts.clone();
        Callback::from(move |_: MouseEvent| toasts.success(t!("已保存")))
    };
    let fail = Callback::from(move |_: MouseEvent| toasts.failure(&ApiError::Network));
    let kinds = [
        (ButtonKind::Primary, t!("主要")),
        (ButtonKind::Secondary, t!("次要")),
        (ButtonKind::Danger, t!("危险")),
        (ButtonKind::Quiet, t!("安静")),
    ];
    html! {
        <Section title={t!("按钮和消息")}>
            { for kinds.into_iter().map(|(kind, name)| html! {
                <p class="gallery-row">
                    <Button {kind}>{ name }</Button>
                    <Button {kind} icon={IconName::Plus}>{ t!("{name}带图标", name) }</Button>
                    <Button {kind} busy=true>{ t!("{name}进行中", name) }</Button>
                    <Button {kind} disabled=true>{ t!("{name}不可用", name) }</Button>
                </p>
            }) }
            <p class="gallery-row">
                <Button onclick={succeed}>{ t!("成功消息") }</Button>
                <Button onclick={fail}>{ t!("失败消息") }</Button>
            </p>
        </Section>
    }
}

fn figures() -> Html {
    let bar = |year: &'static str, done: i64, note: &'static str, tone: Tone| Bar {
        label: year.into(),
        note: note.into(),
        done: Hours::whole(done),
        required: Hours::whole(72),
        tone,
    };
    let bars = vec![
        bar("2024", 80, t!("达标"), Tone::Success),
        bar("2025", 54, t!("缺 18"), Tone::Danger),
        bar("2026", 12, t!("进行中"), Tone::Info),
    ];
    let part = |label: &'static str, count: i64, tone: Tone| Part { label: label.into(), count, tone, to: None };
    let parts = vec![part(t!("已达标"), 274, Tone::Success), part(t!("未达标"), 121, Tone::Warning)];
    html! {
        <div class="stack">
            <div class="stats">
                { for TONES.iter().map(|(tone, name)| html! {
                    <StatCard label={*name} value="1,206" unit={t!("人")} detail={t!("占 30.6%")} tone={*tone} />
                }) }
            </div>
            <div class="desk">
                <ProgressRing label={t!("本年学时")} done={Hours::whole(54)} required={Hours::whole(72)} tone={Tone::Warning} />
                <RateRing label={t!("达标率")} rate={Some(69.4)} tone={Tone::Info} />
                <RateRing label={t!("没有教师")} rate={None} tone={Tone::Neutral} />
            </div>
            <ProgressBar label={t!("录取进度")} done=34.0 whole=40.0 text={t!("34 / 40 人")} tone={Tone::Info} />
            <BarChart label={t!("年度学时")} {bars} />
            <Distribution label={t!("达标情况")} {parts} unit={t!("人")} />
        </div>
    }
}

fn steps() -> Html {
    let step = |label: &'static str, state: StepState, detail: &'static str| Step {
        label: label.into(),
        state,
        detail: Some(detail.into()),
        to: None,
    };
    let steps = vec![
        step(t!("集中研修"), StepState::Done, t!("16 学时")),
        step(t!("诊断示范"), StepState::Skipped, t!("16 学时")),
        step(t!("研课磨课"), StepState::Active, t!("24 学时")),
        step(t!("成果展示"), StepState::Ahead, t!("10 学时")),
        step(t!("总结提升"), StepState::Ahead, t!("6 学时")),
    ];
    let tab = |label: &'static str, count: Option<i64>, current: bool| Tab {
        label: label.into(),
        to: Route::Gallery,
        query: AttrValue::default(),
        count,
        current,
    };
    html! {
        <>
            <Stepper label={t!("五段式送教下乡")} {steps} />
            <Tabs label={t!("示例")} tabs={vec![tab(t!("阶段"), Some(5), true), tab(t!("学员"), Some(34), false), tab(t!("概况"), None, false)]} />
        </>
    }
}

/// A binding to a local state.
#[hook]
fn use_local_bind<V: Clone + PartialEq + 'static>(id: &'static str, first: V, error: Option<&'static str>) -> Bind<V> {
    let value = use_state(|| first);
    let onchange = {
        let value = value.clone();
        Callback::from(move |next| value.set(next))
    };
    Bind { id: id.into(), value: (*value).clone(), error: error.map(AttrValue::from), original: None, onchange }
}

#[component]
fn Fields() -> Html {
    let (text, wrong) = (
        use_local_bind("g-text", String::new(), None),
        use_local_bind("g-wrong", "80.005".to_owned(), Some(t!("学时最多两位小数"))),
    );
    let (stage, day) = (use_local_bind("g-stage", None::<Stage>, None), use_local_bind("g-day", None, None));
    let (tick, long) = (use_local_bind("g-tick", true, None), use_local_bind("g-long", String::new(), None));
    let year = use_local_bind("g-year", "2026".to_owned(), None);
    let picked = use_local_bind("g-segment", Some(Stage::Primary), None);
    let years = vec![("2026".into(), t!("2026 年度").into()), ("2025".into(), t!("2025 年度").into())];
    html! {
        <FieldGroup title={t!("一组字段")}>
            <TextField label={t!("单行文字")} required=true placeholder={t!("如：小学语文")} hint={t!("字段下面的说明。")} bind={text} />
            <HoursField label={t!("有错误的学时")} bind={wrong} />
            <SelectField<Stage> label={t!("学段")} bind={stage} />
            <OptionField label={t!("年度")} options={years} bind={year} />
            <DateField label={t!("日期")} bind={day} />
            <CheckboxField label={t!("是否")} hint={t!("勾选的说明。")} bind={tick} />
            <TextAreaField label={t!("多行文字")} bind={long} />
            <Segments<Stage> id="g-segments" label={t!("学段选择")} offer={vec![Stage::Kindergarten, Stage::Primary]} value={picked.value}
                onchange={picked.onchange.reform(Some)} />
        </FieldGroup>
    }
}

type Row = (&'static str, i64);

/// A list like those of the pages, with rows that do not come from the API.
#[component]
fn Table() -> Html {
    let list = use_list(TeacherQuery { sort: Some(TeacherSort::Name), ..Default::default() });
    let columns = vec![
        Column::new(t!("姓名"), |row: &Row| html! { row.0 }).sorted_by("name").head(),
        Column::new(t!("学时"), |row: &Row| html! { row.1 }).number().total(html! { 126 }),
        Column::new(t!("状态"), |row: &Row| {
            let (tone, said) =
                if row.1 >= 72 { (Tone::Success, t!("达标")) } else { (Tone::Warning, t!("未达标")) };
            badge(tone, said)
        }),
    ];
    let page = Page {
        items: vec![(t!("王芳"), 72), (t!("李敏"), 54)],
        next_cursor: Some("next".to_owned()),
        total: Some(126),
    };
    let data = Some(Rc::new(Fetched { value: page, etag: String::new() }));
    let load = Load { data, error: None, loading: false, reload: Callback::noop() };
    let facts = vec![(t!("单位编号").into(), html! { "XQ01-01" }), (t!("单位类型").into(), html! { t!("中小学") })];
    html! {
        <>
            <FilterBar list={list.erase()}>
                <SearchFilter filter={filter!(list, q)} label={t!("姓名")} />
                <ChoiceFilter<Stage> filter={filter!(list, stage)} label={t!("学段")} />
            </FilterBar>
            <DataTable<Row> caption={t!("示例表格")} {columns} load={load.clone()} list={list.erase()} empty={Html::default()} />
            <Pager<Row> list={list.erase()} {load} />
            <KeyValues items={facts} />
        </>
    }
}

/// The components that show dates.
fn days() -> Html {
    let day = |day: u32| NaiveDate::from_ymd_opt(2026, 11, day).unwrap_or_default();
    let event = |first: u32, last: u32, label: &'static str, tone: Tone| CalendarEvent {
        first: day(first),
        last: day(last),
        label: label.into(),
        tone,
        to: None,
    };
    let events = vec![event(9, 10, t!("集中研修"), Tone::Success), event(24, 24, t!("诊断示范"), Tone::Info)];
    let happened = |at: &'static str, title: &'static str, tone: Tone| TimelineEvent {
        at: at.into(),
        title: title.into(),
        detail: html! { t!("说明发生了什么，以及接下来可以做什么。") },
        tone,
    };
    let timeline = vec![
        happened("2026-11-09", t!("提交申请"), Tone::Info),
        happened("2026-11-12", t!("评审"), Tone::Success),
        happened("2026-11-20", t!("认定决定"), Tone::Danger),
    ];
    html! {
        <div class="stack">
            <Timeline label={t!("经过")} events={timeline} />
            <Calendar label={t!("日历")} month={day(1)} today={day(25)} {events} page={Route::Gallery} />
        </div>
    }
}

#[component]
fn Files() -> Html {
    let file = use_state(|| None);
    let onchoose = {
        let file = file.clone();
        Callback::from(move |chosen| file.set(Some(chosen)))
    };
    html! { <FileDrop id="g-file" label={t!("选择文件")} accept=".csv" hint={t!("一个 CSV 文件。")} file={(*file).clone()} {onchoose} /> }
}

#[derive(Clone, Copy, PartialEq)]
enum Open {
    Nothing,
    Plain,
    Side,
    Confirm,
    Reason,
}

#[component]
fn Dialogs() -> Html {
    let open = use_state(|| Open::Nothing);
    let close = set_to(&open, Open::Nothing);
    html! {
        <Section title={t!("对话框")}>
            <p class="gallery-row">
                <Button onclick={set_to(&open, Open::Plain)}>{ t!("打开对话框") }</Button>
                <Button onclick={set_to(&open, Open::Side)}>{ t!("打开抽屉") }</Button>
                <Button onclick={set_to(&open, Open::Confirm)}>{ t!("打开确认框") }</Button>
                <Button onclick={set_to(&open, Open::Reason)}>{ t!("打开理由框") }</Button>
            </p>
            <Dialog open={*open == Open::Plain} title={t!("对话框")} onclose={close.clone()}><p>{ t!("内容") }</p></Dialog>
            <Dialog open={*open == Open::Side} title={t!("抽屉")} onclose={close.clone()} side=true><p>{ t!("内容") }</p></Dialog>
            <ConfirmDialog open={*open == Open::Confirm} title={t!("删除草稿？")} confirm={t!("确认删除")} onconfirm={close.clone()}
                oncancel={close.clone()}><p>{ t!("删除后无法恢复。") }</p></ConfirmDialog>
            <ReasonDialog open={*open == Open::Reason} title={t!("作废记录？")} confirm={t!("作废")} onconfirm={close.reform(|_: String| ())}
                oncancel={close}><p>{ t!("作废后不再计入。") }</p></ReasonDialog>
        </Section>
    }
}
