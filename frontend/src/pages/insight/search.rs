//! The search 搜索 for teachers, organizations and projects by name, number or pinyin initials: the combobox pattern of
//! the ARIA Authoring Practices in a dialog.

use songjiao_types::search::{SearchHit, SearchKind, SearchView};
use web_sys::{HtmlDialogElement, HtmlElement, HtmlInputElement};
use yew::prelude::*;
use yew_router::prelude::*;

use crate::{
    api::search::search,
    components::{CloseSearch, IconName},
    hooks::{use_debounce, use_query_keep_previous},
    i18n,
    route::{Route, page_at},
};

/// Delay after the last keystroke before the search starts, in milliseconds.
const SEARCH_DELAY_MS: u32 = 200;

/// The search dialog.
#[component]
pub fn SearchDialog() -> Html {
    let close = use_context::<CloseSearch>().map(|close| close.0).unwrap_or_default();
    let navigator = use_navigator().expect("below the router");
    let (dialog, input) = (use_node_ref(), use_node_ref());
    let typed = use_state(String::new);
    let search_text = use_state(String::new);
    let marked = use_state(|| 0_usize);
    let load = use_query_keep_previous((!search_text.is_empty()).then(|| search(&search_text)));
    {
        let (dialog, input) = (dialog.clone(), input.clone());
        use_effect_with((), move |()| {
            if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                let _ = dialog.show_modal();
            }
            if let Some(input) = input.cast::<HtmlElement>() {
                let _ = input.focus();
            }
            // Closed before it is removed, so that the focus returns to where it was.
            move || {
                if let Some(dialog) = dialog.cast::<HtmlDialogElement>() {
                    dialog.close();
                }
            }
        });
    }
    let begin = {
        let (search_text, marked) = (search_text.clone(), marked.clone());
        use_debounce(
            SEARCH_DELAY_MS,
            Callback::from(move |text: String| {
                marked.set(0);
                search_text.set(shortened(&text));
            }),
        )
    };
    let oninput = {
        let typed = typed.clone();
        Callback::from(move |event: InputEvent| {
            let text = event.target_unchecked_into::<HtmlInputElement>().value();
            typed.set(text.clone());
            begin.emit(text);
        })
    };
    let hits: &[SearchHit] = match load.value() {
        Some(view) if !search_text.is_empty() => &view.items,
        _ => &[],
    };
    let choose = {
        let close = close.clone();
        Callback::from(move |to: Route| {
            close.emit(());
            navigator.push(&to);
        })
    };
    let onkeydown = {
        let pages: Vec<Option<Route>> = hits.iter().map(page_of).collect();
        // Enter right after a keystroke refers to the current text, not to earlier hits.
        let settled = shortened(&typed) == *search_text && !load.loading;
        let (marked, choose) = (marked.clone(), choose.clone());
        Callback::from(move |event: KeyboardEvent| {
            let count = pages.len().max(1);
            match event.key().as_str() {
                _ if event.is_composing() => return,
                "ArrowDown" => marked.set((*marked + 1) % count),
                "ArrowUp" => marked.set((*marked + count - 1) % count),
                "Enter" => {
                    if let (true, Some(Some(to))) = (settled, pages.get(*marked)) {
                        choose.emit(to.clone());
                    }
                }
                _ => return,
            }
            event.prevent_default();
        })
    };
    let oncancel = {
        let close = close.clone();
        Callback::from(move |event: Event| {
            event.prevent_default();
            close.emit(());
        })
    };
    // A click beside the box hits the dialog element itself.
    let onclick = {
        let close = close.clone();
        Callback::from(move |event: MouseEvent| {
            if event.target_dyn_into::<HtmlDialogElement>().is_some() {
                close.emit(());
            }
        })
    };
    let active = (!hits.is_empty()).then(|| format!("search-option-{}", *marked));
    let status = if search_text.is_empty() {
        t!("输入姓名、拼音首字母（王芳：wf）、编号、单位或项目名称").to_owned()
    } else if load.error.is_some() {
        t!("查找失败，请稍后重试").to_owned()
    } else if load.loading && hits.is_empty() {
        t!("正在查找…").to_owned()
    } else if hits.is_empty() {
        t!("没有找到“{wanted}”。请换一个说法，或只输入其中几个字。", wanted = *search_text)
    } else {
        t!("找到 {hits} 项，用上下键选择，回车打开", hits = hits.len())
    };
    html! {
        <dialog ref={dialog} class="search" {oncancel} {onclick} aria-label={t!("搜索")}>
            <div class="search__inside">
                <div class="search__head">
                    <div class="control control--search">
                        { IconName::Search.draw() }
                        <input ref={input} id="search" type="text" role="combobox" autocomplete="off" spellcheck="false"
                            enterkeyhint="search" value={(*typed).clone()} {oninput} {onkeydown} aria-label={t!("搜索内容")}
                            placeholder={t!("教师、单位、培训项目")} aria-expanded={(!hits.is_empty()).to_string()}
                            aria-controls="search-list" aria-autocomplete="list" aria-activedescendant={active} />
                    </div>
                    <button type="button" class="button button--quiet" onclick={close.reform(|_| ())}>{ t!("关闭") }</button>
                </div>
                <ul id="search-list" class="search__list" role="listbox" aria-label={t!("搜索结果")}>
                    { groups(hits, *marked, &choose) }
                </ul>
                <p class="search__said" role="status">{ status }</p>
            </div>
        </dialog>
    }
}

/// The text cut to the length that the API accepts.
fn shortened(text: &str) -> String {
    text.trim().chars().take(SearchView::MAX_TEXT).collect()
}

fn page_of(hit: &SearchHit) -> Option<Route> {
    let list = match hit.kind {
        SearchKind::Teacher => "teachers",
        SearchKind::Organization => "organizations",
        SearchKind::Project => "projects",
    };
    page_at(&format!("/{list}/{}", hit.id))
}

const fn icon_of(kind: SearchKind) -> IconName {
    match kind {
        SearchKind::Teacher => IconName::User,
        SearchKind::Organization => IconName::Building,
        SearchKind::Project => IconName::Book,
    }
}

/// The hits grouped by kind, in the order of the answer.
fn groups(hits: &[SearchHit], marked: usize, choose: &Callback<Route>) -> Html {
    let mut before = 0;
    let groups = hits.chunk_by(|one, two| one.kind == two.kind).map(|group| {
        let first = before;
        before += group.len();
        let kind = group.first().map(|hit| hit.kind);
        let label = kind.map(i18n::label).unwrap_or_default();
        html! {
            <li role="group" aria-label={label}>
                <p class="search__kind" aria-hidden="true">{ label }</p>
                <ul role="presentation">
                    { for group.iter().enumerate().map(|(index, hit)| option(hit, first + index, marked, choose)) }
                </ul>
            </li>
        }
    });
    html! { { for groups } }
}

fn option(hit: &SearchHit, index: usize, marked: usize, choose: &Callback<Route>) -> Html {
    let onclick = {
        let (choose, to) = (choose.clone(), page_of(hit));
        Callback::from(move |_: MouseEvent| {
            if let Some(to) = to.clone() {
                choose.emit(to);
            }
        })
    };
    // Keeps the focus in the field.
    let onmousedown = Callback::from(|event: MouseEvent| event.prevent_default());
    html! {
        <li id={format!("search-option-{index}")} class="search__option" role="option" {onclick} {onmousedown}
            aria-selected={(index == marked).to_string()}>
            { icon_of(hit.kind).draw() }
            <span class="search__title">{ &hit.title }</span>
            <span class="muted small">{ &hit.detail }</span>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use songjiao_types::WireEnum;

    use super::*;

    #[test]
    fn every_kind_has_its_page() {
        let id = "019325a0-7d3c-7e41-8f4b-2f1c6a5d9e10";
        for kind in SearchKind::ALL {
            let hit =
                SearchHit {
                    kind: *kind, id: id.parse().expect("an id"), title: "王芳".into(), detail: "T0001".into()
                };
            assert!(page_of(&hit).is_some(), "{}", kind.as_str());
        }
    }

    #[test]
    fn a_long_text_is_cut_to_what_the_api_takes() {
        assert_eq!(shortened("  王芳 "), "王芳");
        assert_eq!(shortened(&"长".repeat(100)).chars().count(), SearchView::MAX_TEXT);
    }
}
