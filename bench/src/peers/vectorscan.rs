//! Vectorscan (the maintained fork of Hyperscan), as Debian ships it, through the few calls of its C interface that
//! matching literals in blocks needs. It is the only place in the project where memory is handled by hand.
#![expect(unsafe_code, reason = "the peer is a C library")]

use std::ffi::{c_char, c_int, c_uint, c_ulonglong, c_void};
use std::ptr;

use anyhow::{Result, ensure};

const SUCCESS: c_int = 0;
const MODE_BLOCK: c_uint = 1;
const FLAG_CASELESS: c_uint = 1;

type OnMatch = extern "C" fn(c_uint, c_ulonglong, c_ulonglong, c_uint, *mut c_void) -> c_int;

#[link(name = "hs")]
unsafe extern "C" {
    fn hs_compile_lit_multi(
        expressions: *const *const c_char,
        flags: *const c_uint,
        ids: *const c_uint,
        lens: *const usize,
        elements: c_uint,
        mode: c_uint,
        platform: *const c_void,
        db: *mut *mut c_void,
        error: *mut *mut c_void,
    ) -> c_int;
    fn hs_free_compile_error(error: *mut c_void) -> c_int;
    fn hs_free_database(db: *mut c_void) -> c_int;
    fn hs_alloc_scratch(db: *const c_void, scratch: *mut *mut c_void) -> c_int;
    fn hs_free_scratch(scratch: *mut c_void) -> c_int;
    fn hs_scan(
        db: *const c_void,
        data: *const c_char,
        length: c_uint,
        flags: c_uint,
        scratch: *mut c_void,
        on_event: OnMatch,
        context: *mut c_void,
    ) -> c_int;
}

/// A compiled set of literals, ASCII case ignored, and its scratch memory.
#[derive(Debug)]
pub struct Vectorscan {
    db: *mut c_void,
    scratch: *mut c_void,
}

impl Vectorscan {
    /// Compiles literals.
    ///
    /// # Errors
    /// When the library refuses them.
    pub fn compile(phrases: &[String]) -> Result<Self> {
        let pointers: Vec<*const c_char> = phrases.iter().map(|phrase| phrase.as_ptr().cast()).collect();
        let lens: Vec<usize> = phrases.iter().map(String::len).collect();
        let flags = vec![FLAG_CASELESS; phrases.len()];
        let ids: Vec<c_uint> = (0..).take(phrases.len()).collect();
        let mut this = Self {
            db: ptr::null_mut(),
            scratch: ptr::null_mut(),
        };
        let mut error = ptr::null_mut();
        // SAFETY: the four arrays have `phrases.len()` elements each and outlive the call, each expression is readable
        // for its `lens` entry (literals need no terminator), a null platform means this machine, and both results are
        // written through valid pointers.
        let code = unsafe {
            hs_compile_lit_multi(
                pointers.as_ptr(),
                flags.as_ptr(),
                ids.as_ptr(),
                lens.as_ptr(),
                c_uint::try_from(phrases.len())?,
                MODE_BLOCK,
                ptr::null(),
                &raw mut this.db,
                &raw mut error,
            )
        };
        if !error.is_null() {
            // SAFETY: the library made it and nobody else frees it.
            unsafe { hs_free_compile_error(error) };
        }
        ensure!(
            code == SUCCESS,
            "vectorscan does not compile {} literals: {code}",
            phrases.len()
        );
        // SAFETY: `db` was compiled above; a null scratch asks for a new one.
        let code = unsafe { hs_alloc_scratch(this.db, &raw mut this.scratch) };
        ensure!(code == SUCCESS, "vectorscan gives no scratch: {code}");
        Ok(this)
    }

    /// How many matches a text has.
    pub fn count(&mut self, text: &str) -> u64 {
        let mut matches = 0_u64;
        // SAFETY: database and scratch belong together and are used by one thread (`&mut self`); the text is readable
        // for its length, which fits (texts are far below 4 GiB); the context is a `u64` that outlives the call.
        unsafe {
            hs_scan(
                self.db,
                text.as_ptr().cast(),
                text.len() as c_uint,
                0,
                self.scratch,
                count_match,
                (&raw mut matches).cast(),
            );
        }
        matches
    }
}

extern "C" fn count_match(_: c_uint, _: c_ulonglong, _: c_ulonglong, _: c_uint, context: *mut c_void) -> c_int {
    // SAFETY: `count` hands over a pointer to its own counter and waits for the scan to end.
    unsafe { *context.cast::<u64>() += 1 };
    0
}

impl Drop for Vectorscan {
    fn drop(&mut self) {
        // SAFETY: the library made both (or they are null, which it accepts) and nobody else frees them.
        unsafe {
            hs_free_scratch(self.scratch);
            hs_free_database(self.db);
        }
    }
}
