/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Option text in both forms, and the option table.
 */
#include "qemu/osdep.h"
#include <json-c/json.h>
#include "hw/core/qdev.h"
#include "qapi/error.h"
#include "system/cmdline.h"

static void parses_to(const char *text, const char *implied, const char *json)
{
    struct json_object *opts = keyval_parse_json(text, implied, &error_abort);

    g_assert_cmpstr(json_object_to_json_string_ext(opts, JSON_C_TO_STRING_PLAIN), ==,
                    json);
    json_object_put(opts);
}

static void refused(const char *text, const char *message)
{
    Error *err = NULL;
    bool keyval;

    g_assert_null(cmdline_parse_opts(text, "driver", &keyval, &err));
    g_assert_cmpstr(error_get_pretty(err), ==, message);
    error_free(err);
}

static void test_plain(void)
{
    parses_to("", "driver", "{}");
    parses_to("edu", "driver", "{\"driver\":\"edu\"}");
    parses_to("driver=edu,id=e,addr=", "driver",
              "{\"driver\":\"edu\",\"id\":\"e\",\"addr\":\"\"}");
    parses_to("a=1,a=2", NULL, "{\"a\":\"2\"}");
    parses_to("x=a=b", NULL, "{\"x\":\"a=b\"}");
}

static void test_commas(void)
{
    parses_to("f=a,,b,g=,,", NULL, "{\"f\":\"a,b\",\"g\":\",\"}");
    parses_to("a,,b,c=1", "driver", "{\"driver\":\"a,b\",\"c\":\"1\"}");
    parses_to("a=1,", NULL, "{\"a\":\"1\"}");
}

static void test_flags(void)
{
    parses_to("socket,server,nowait", "backend",
              "{\"backend\":\"socket\",\"server\":\"on\",\"wait\":\"off\"}");
    parses_to("edu,help", "driver", "{\"driver\":\"edu\",\"help\":\"on\"}");
    parses_to("help", "driver", "{\"driver\":\"help\",\"help\":\"on\"}");
}

static void test_dotted(void)
{
    parses_to("a.b=1,a.c.d=2", NULL, "{\"a\":{\"b\":\"1\",\"c\":{\"d\":\"2\"}}}");
    parses_to("r.0=x,r.1=y", NULL, "{\"r\":[\"x\",\"y\"]}");
    parses_to("r.1.k=y,r.0.k=x", NULL, "{\"r\":[{\"k\":\"x\"},{\"k\":\"y\"}]}");
}

static void test_bad(void)
{
    refused("edu,r.1=x", "Parameter 'r.0' is missing");
    refused("edu,a=1,a.b=2", "Parameter 'a.b' is used inconsistently: as a value, as a "
                             "list or as a structure");
    refused("edu,a.0=1,a.b=2",
            "Parameter 'a.b' is used inconsistently: as a value, as a "
            "list or as a structure");
    refused("edu,=1", "Invalid parameter ''");
    refused("edu,a..b=1", "Invalid parameter 'a..b'");
    refused("edu,a.b.c.d.e.f.g.h.i=1", "Invalid parameter 'a.b.c.d.e.f.g.h.i'");
    refused("{\"driver\":", "JSON parse error, expecting value");
    refused("{\"a\":1} x", "JSON parse error, expecting end of text");
    refused("{\"a\":1,\"a\":2}", "JSON parse error, duplicate key");
}

/* An index that would need a large list. */
static void test_huge_index(void)
{
    parses_to("r.99999=x", NULL, "{\"r\":{\"99999\":\"x\"}}");
}

/* Whatever the text, the answer is an object or an error. */
static void test_random(void)
{
    static const char alphabet[] = "ab.0123=,,?nohelp{}\"[]:\\ ";

    for (int i = 0; i < 20000; i++) {
        char text[24];
        int len = g_test_rand_int_range(0, sizeof(text));
        struct json_object *opts;
        Error *err = NULL;
        bool keyval;

        for (int n = 0; n < len; n++) {
            text[n] = alphabet[g_test_rand_int_range(0, sizeof(alphabet) - 1)];
        }
        text[len] = '\0';
        opts = cmdline_parse_opts(text, "driver", &keyval, &err);
        g_assert_true(!opts == !!err);
        g_assert_true(!opts || json_object_is_type(opts, json_type_object));
        json_object_put(opts);
        error_free(err);
    }
}

static void test_json(void)
{
    bool keyval;
    struct json_object *opts = cmdline_parse_opts(
        "{\"driver\":\"edu\",\"n\":3,\"b\":true}", "driver", &keyval, &error_abort);

    g_assert_false(keyval);
    g_assert_cmpstr(opts_get_str(opts, "driver"), ==, "edu");
    g_assert_null(opts_get_str(opts, "n"));
    g_assert_true(opts_get_bool(opts, "b", false));
    json_object_put(opts);
}

/* --- the option table --- */

static Cmdline *parse(const char *words, Error **errp)
{
    static char *argv[32];
    static char **split;
    int argc = 0;

    g_strfreev(split);
    split = g_strsplit(words, " ", 0);
    argv[argc++] = (char *)"viommu-system-aarch64";
    for (char **w = split; *w; w++) {
        argv[argc++] = *w;
    }
    return cmdline_parse(argc, argv, errp);
}

static void line_refused(const char *words, const char *message)
{
    Error *err = NULL;

    g_assert_null(parse(words, &err));
    g_assert_cmpstr(error_get_pretty(err), ==, message);
    error_free(err);
}

static void test_options(void)
{
    Cmdline *c =
        parse("-M virt,gic-version=3,accel=kvm:tcg -machine usb=off -kernel Image "
              "-smp 2,cores=2 -m 1G -S -nodefaults -device edu,id=a "
              "-device {\"driver\":\"edu\"} --no-reboot -global edu.x=a=b "
              "-name guest=vm,debug-threads=on -qmp stdio",
              &error_abort);
    const GlobalProperty *g = g_ptr_array_index(c->globals, 0);

    g_assert_cmpstr(c->machine_type, ==, "virt");
    g_assert_cmpstr(json_object_to_json_string_ext(c->machine, JSON_C_TO_STRING_PLAIN),
                    ==, "{\"gic-version\":\"3\",\"usb\":\"off\",\"kernel\":\"Image\"}");
    g_assert_cmpuint(c->accels->len, ==, 2);
    g_assert_cmpstr(opts_get_str(((CmdlineEntry *)c->accels->pdata[1])->opts, "accel"),
                    ==, "tcg");
    g_assert_true(c->stopped && c->nodefaults && c->no_reboot && !c->no_shutdown);
    g_assert_cmpuint(c->devices->len, ==, 2);
    g_assert_true(((CmdlineEntry *)c->devices->pdata[0])->keyval);
    g_assert_false(((CmdlineEntry *)c->devices->pdata[1])->keyval);
    g_assert_cmpstr(g->driver, ==, "edu");
    g_assert_cmpstr(g->value, ==, "a=b");
    g_assert_cmpstr(c->name, ==, "vm");
    g_assert_cmpuint(c->qmps->len, ==, 1);
    cmdline_free(c);
}

static void test_ignored_options(void)
{
    Cmdline *c = parse("-no-user-config -overcommit mem-lock=off -rtc base=utc "
                       "-boot strict=on -sandbox on,obsolete=deny -audiodev "
                       "{\"id\":\"audio1\",\"driver\":\"none\"} -vga none -net none",
                       &error_abort);

    cmdline_free(c);
}

static void test_bad_options(void)
{
    line_refused("-foo", "-foo: invalid option");
    line_refused("--kernle x", "--kernle: invalid option");
    line_refused("-device", "-device: requires an argument");
    line_refused("disk.img",
                 "disk.img: not an option (disk images are given with -drive)");
    line_refused("-device {", "-device {: JSON parse error, expecting value");
    line_refused("-display gtk",
                 "-display gtk: there is no display: only 'none' is possible");
    line_refused("-vga std",
                 "-vga std: there is no graphics card: only 'none' is possible");
    line_refused(
        "-nic user",
        "-nic user: there is no default network card: only 'none' is possible");
    line_refused("-uuid 12", "-uuid 12: failed to parse UUID string: wrong format");
    line_refused("-global x", "-global x: Invalid 'global' option: write "
                              "DRIVER.PROPERTY=VALUE");
    line_refused("-run-with exit-with-parent=1",
                 "-run-with exit-with-parent=1: Parameter 'exit-with-parent' expects "
                 "'on' or 'off'");
    line_refused("-run-with me=1", "-run-with me=1: Invalid parameter 'me'");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/keyval/plain", test_plain);
    g_test_add_func("/keyval/commas", test_commas);
    g_test_add_func("/keyval/flags", test_flags);
    g_test_add_func("/keyval/dotted", test_dotted);
    g_test_add_func("/keyval/bad", test_bad);
    g_test_add_func("/keyval/huge-index", test_huge_index);
    g_test_add_func("/keyval/json", test_json);
    g_test_add_func("/keyval/random", test_random);
    g_test_add_func("/keyval/options", test_options);
    g_test_add_func("/keyval/ignored-options", test_ignored_options);
    g_test_add_func("/keyval/bad-options", test_bad_options);
    return g_test_run();
}
