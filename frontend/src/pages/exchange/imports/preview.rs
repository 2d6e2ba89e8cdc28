//! The content of a checked file: its first rows and those with errors as in the spreadsheet, with the error in its
//! cell.

use std::collections::HashMap;

use songjiao_types::imports::{ImportError, ImportPreview, ImportPreviewRow};
use yew::prelude::*;

use crate::components::IconName;

/// Properties of [`Preview`].
#[derive(Properties, PartialEq)]
pub struct PreviewProps {
    pub preview: ImportPreview,
    pub errors: Vec<ImportError>,
}

/// The table. On a phone it scrolls horizontally instead of turning rows into cards.
#[component]
pub fn Preview(props: &PreviewProps) -> Html {
    let PreviewProps { preview, errors } = props;
    let marks = Marks::of(preview, errors);
    let header_row = preview.header_row;
    html! {
        <div class="preview">
            <h3>{ t!("文件预览") }</h3>
            <p class="muted small">{ t!("文件的前几行和有错误的行；行号与表格软件中显示的一致，有错误的单元格已标出原因。") }</p>
            <div class="table-scroll preview__box" role="region" aria-label={t!("文件预览")} tabindex="0">
                <table class="preview__table">
                    <caption class="visually-hidden">{ t!("文件预览") }</caption>
                    <thead>
                        <tr>
                            <th scope="col" class={marks.class((header_row, None))}>
                                { t!("第 {row} 行", row = header_row) }{ marks.why((header_row, None)) }
                            </th>
                            { for preview.columns.iter().enumerate().map(|(at, name)| {
                                let place = (header_row, Some(at));
                                html! { <th scope="col" class={marks.class(place)}>{ name }{ marks.why(place) }</th> }
                            }) }
                        </tr>
                    </thead>
                    <tbody>{ for preview.rows.iter().map(|row| marks.row(row)) }</tbody>
                </table>
            </div>
        </div>
    }
}

/// A row and a column; no column for errors of the whole row.
type Place = (i64, Option<usize>);

/// The errors by place.
struct Marks<'a>(HashMap<Place, Vec<&'a str>>);

impl<'a> Marks<'a> {
    fn of(preview: &ImportPreview, errors: &'a [ImportError]) -> Self {
        let mut marks: HashMap<Place, Vec<&str>> = HashMap::new();
        for error in errors {
            // An error in a column that the file does not have belongs to the row.
            let named = |column: &String| preview.columns.iter().position(|name| name == column);
            let at = error.column.as_ref().and_then(named);
            marks.entry((error.row, at)).or_default().push(&error.message);
        }
        Self(marks)
    }

    fn class(&self, place: Place) -> Option<&'static str> {
        self.0.contains_key(&place).then_some("preview__fault")
    }

    /// The errors of a cell as text in it, so that they are read out and need no pointer.
    fn why(&self, place: Place) -> Html {
        let Some(messages) = self.0.get(&place) else { return Html::default() };
        html! {
            <span class="preview__why" id={id(place)}>
                { IconName::Alert.draw() }<span class="visually-hidden">{ t!("错误：") }</span>{ messages.join(t!("；")) }
            </span>
        }
    }

    fn row(&self, row: &ImportPreviewRow) -> Html {
        let whole = (row.row, None);
        html! {
            <tr key={row.row}>
                <th scope="row" class={self.class(whole)}>{ row.row }{ self.why(whole) }</th>
                { for row.cells.iter().enumerate().map(|(at, cell)| self.cell((row.row, Some(at)), cell)) }
            </tr>
        }
    }

    fn cell(&self, place: Place, cell: &str) -> Html {
        let Some(class) = self.class(place) else { return html! { <td>{ cell }</td> } };
        html! {
            <td {class} aria-describedby={id(place)}>
                if cell.is_empty() {
                    <span class="muted">{ t!("（空）") }</span>
                } else {
                    <strong>{ cell }</strong>
                }
                { self.why(place) }
            </td>
        }
    }
}

fn id((row, column): Place) -> String {
    match column {
        Some(column) => format!("preview-{row}-{column}"),
        None => format!("preview-{row}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_marks_its_cell_or_its_row_if_the_column_is_missing() {
        let preview =
            ImportPreview {
                header_row: 1, columns: vec!["教师编号".to_owned(), "学时".to_owned()], rows: vec![]
            };
        let error = |row: i64, column: Option<&str>, message: &str| ImportError {
            row,
            column: column.map(str::to_owned),
            value: None,
            code: "bad".to_owned(),
            message: message.to_owned(),
        };
        let errors = [
            error(2, Some("学时"), "甲"),
            error(2, Some("学时"), "乙"),
            error(3, None, "丙"),
            error(1, Some("姓名"), "缺少"),
        ];
        let marks = Marks::of(&preview, &errors);
        assert_eq!(marks.0[&(2, Some(1))], ["甲", "乙"]);
        assert_eq!((&marks.0[&(3, None)], &marks.0[&(1, None)]), (&vec!["丙"], &vec!["缺少"]));
        assert_eq!(marks.class((2, Some(0))), None);
    }
}
