//! Two processes that a fork made of one have no text in common.

#![cfg(unix)]

use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::FromRawFd;

use ccap::{Options, Picture, Style};

const TEXTS: usize = 20;

fn texts() -> Vec<String> {
    let style = Style::new(Options { length: 16, width: 64, height: 24, ..Options::default() }).unwrap();
    (0..TEXTS).map(|_| Picture::random(&style).unwrap().text).collect()
}

#[test]
fn forked_processes_share_no_texts() {
    // Whatever generator there is has been seeded.
    let before = texts();
    let mut ends = [0; 2];
    assert_eq!(unsafe { libc::pipe(ends.as_mut_ptr()) }, 0);
    let child = unsafe { libc::fork() };
    if child == 0 {
        let mut pipe = unsafe { File::from_raw_fd(ends[1]) };
        let sent = pipe.write_all(texts().concat().as_bytes());
        // Without the test runner's own ending, which is the parent's.
        unsafe { libc::_exit(i32::from(sent.is_err())) };
    }
    assert!(child > 0);
    drop(unsafe { File::from_raw_fd(ends[1]) });
    let here = texts();
    let mut there = String::new();
    unsafe { File::from_raw_fd(ends[0]) }.read_to_string(&mut there).unwrap();
    assert_eq!(unsafe { libc::waitpid(child, std::ptr::null_mut(), 0) }, child);
    assert_eq!(there.len(), 16 * TEXTS);
    for text in before.iter().chain(&here) {
        assert!(!there.contains(text.as_str()), "{text} is a text of both");
    }
}

/// As many as a large service has, a hundred of them at a time: each draws a text as the first thing that it does.
#[test]
fn ten_thousand_forked_processes_share_no_text() {
    const AT_ONCE: usize = 100;
    let style = Style::new(Options { length: 16, ..Options::default() }).unwrap();
    let mut seen = HashSet::new();
    for _ in 0..100 {
        let mut ends = [0; 2];
        assert_eq!(unsafe { libc::pipe(ends.as_mut_ptr()) }, 0);
        let children: Vec<_> = (0..AT_ONCE)
            .map(|_| {
                let child = unsafe { libc::fork() };
                if child == 0 {
                    let text = Picture::question(&style).unwrap().1;
                    // In one piece: it is shorter than what a pipe takes at once.
                    let sent = unsafe { libc::write(ends[1], text.as_ptr().cast(), text.len()) };
                    unsafe { libc::_exit(i32::from(sent != 16)) };
                }
                assert!(child > 0);
                child
            })
            .collect();
        drop(unsafe { File::from_raw_fd(ends[1]) });
        let mut texts = String::new();
        unsafe { File::from_raw_fd(ends[0]) }.read_to_string(&mut texts).unwrap();
        for child in children {
            let mut status = 1;
            assert_eq!(unsafe { libc::waitpid(child, &mut status, 0) }, child);
            assert_eq!(status, 0);
        }
        assert_eq!(texts.len(), 16 * AT_ONCE);
        let all = texts.as_bytes().chunks(16);
        assert!(all.into_iter().all(|text| seen.insert(text.to_vec())), "a text came twice");
    }
}
