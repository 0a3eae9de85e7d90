//! Status pages: what a page says, and the mails and posts of programs that say it again.

use super::{
    ALIKE, BEFORE, BLOCK, Carrier, Rule, Told, cluster::Edge, contradict, near::Text, shingle,
    words::words,
};

/// All pairs of a page's post and a program's mail or message about it.
pub(super) fn edges(told: &[Told<'_>]) -> Vec<Edge> {
    let posts: Vec<(usize, Text)> = (0..told.len())
        .filter(|&at| told[at].carrier == Carrier::Page && told[at].instant.is_some())
        .map(|at| (at, Text::own(&told[at])))
        .filter(|(_, text)| !text.shingles.is_empty())
        .collect();
    if posts.is_empty() {
        return Vec::new();
    }
    let carries = |at: &usize| {
        let one = &told[*at];
        let program = one.said.machine() || super::PAGES.contains(&one.said.system);
        program && matches!(one.carrier, Carrier::Mail | Carrier::Chat)
    };
    (0..told.len()).filter(carries).filter_map(|at| edge(told, &posts, at)).collect()
}

/// The post that a mail or message tells of: the most alike, then the nearest.
fn edge(told: &[Told<'_>], posts: &[(usize, Text)], at: usize) -> Option<Edge> {
    let now = told[at].instant?;
    let from = posts.partition_point(|(post, _)| {
        told[*post].instant.is_some_and(|then| then < now.saturating_sub(BLOCK))
    });
    let near = posts[from..].iter().take_while(|(post, _)| {
        told[*post].instant.is_some_and(|then| then <= now.saturating_add(BEFORE))
    });
    // The mail of a page has its words in whatever frame: the whole of it is looked through.
    let text = words(told[at].said.text);
    let shingles = shingle::shingles(&text);
    let fits = near.filter_map(|(post, said)| {
        let shared = shingle::shared(&said.shingles, &shingles);
        let similarity = shingle::permille(shared, said.shingles.len());
        let delay = told[at].after(&told[*post])?;
        let fits = similarity >= ALIKE
            && !contradict::fields(told[*post].said, told[at].said)
            && contradict::within(&said.words, &text);
        fits.then_some((
            similarity,
            std::cmp::Reverse((delay.unsigned_abs(), *post)),
            shared,
            delay,
        ))
    });
    let (similarity, std::cmp::Reverse((_, post)), shared, delay) = fits.max()?;
    Some(Edge {
        rule: Rule::ToldStatusMail,
        origin: post,
        member: at,
        similarity: Some(similarity),
        shared,
        delay,
        key: None,
    })
}

#[cfg(test)]
mod tests;
