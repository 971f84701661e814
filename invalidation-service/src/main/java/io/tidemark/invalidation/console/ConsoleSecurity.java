package io.tidemark.invalidation.console;

import io.tidemark.commons.problems.Problems;
import io.tidemark.invalidation.console.ConsoleProperties.Role;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.csrf.CsrfException;
import org.springframework.security.web.csrf.CsrfTokenRequestAttributeHandler;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.StrictHttpFirewall;
import org.springframework.security.web.header.writers.CrossOriginOpenerPolicyHeaderWriter.CrossOriginOpenerPolicy;
import org.springframework.security.web.header.writers.CrossOriginResourcePolicyHeaderWriter.CrossOriginResourcePolicy;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import tools.jackson.databind.json.JsonMapper;

/**
 * Who may see and do what on the console. The page's files are for everybody, for they hold nothing; what it asks for is not. What
 * changes anything needs the token that a page of another site cannot read, beside the role.
 */
@EnableWebSecurity
class ConsoleSecurity {
    static final String API = ConsoleManagement.PATH + "/api";
    static final String CSRF_COOKIE = "tidemark-console-csrf";
    static final String CSRF_HEADER = "X-Console-Token";
    private static final String EVERYBODY = "everybody (nobody logs in here)";
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /** A name of this machine or an address: another site cannot make its own name lead to one of these. */
    private static final Pattern OWN_NAME = Pattern.compile("localhost|[0-9.]+|\\[?[0-9a-fA-F:.]+]?");

    private final JsonMapper json;
    private final ConsoleProperties properties;

    ConsoleSecurity(JsonMapper json, ConsoleProperties properties) {
        this.json = json;
        this.properties = properties;
    }

    @Bean
    SecurityFilterChain consoleChain(HttpSecurity http) {
        var tokens = CookieCsrfTokenRepository.withHttpOnlyFalse();
        tokens.setCookieName(CSRF_COOKIE);
        tokens.setHeaderName(CSRF_HEADER);
        tokens.setCookiePath(ConsoleManagement.PATH);
        tokens.setCookieCustomizer(cookie -> cookie.sameSite("Strict"));
        var plain = new CsrfTokenRequestAttributeHandler();
        plain.setCsrfRequestAttributeName(null); // made at once, so that the page has it in its cookie
        http.securityMatcher(ConsoleManagement.PATH + "/**")
                .csrf(csrf -> csrf.csrfTokenRepository(tokens).csrfTokenRequestHandler(plain))
                .headers(headers -> headers.contentSecurityPolicy(csp -> csp.policyDirectives(POLICY))
                        .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.NO_REFERRER))
                        .crossOriginOpenerPolicy(opener -> opener.policy(CrossOriginOpenerPolicy.SAME_ORIGIN))
                        .crossOriginResourcePolicy(resource -> resource.policy(CrossOriginResourcePolicy.SAME_ORIGIN)))
                .authorizeHttpRequests(requests -> requests.requestMatchers(API + "/me", API + "/login")
                        .permitAll()
                        .requestMatchers(HttpMethod.GET, API + "/**")
                        .hasAnyRole(Role.READING.name(), Role.OPERATING.name())
                        .requestMatchers(API + "/purges/preview")
                        .hasAnyRole(Role.READING.name(), Role.OPERATING.name())
                        .requestMatchers(API + "/**")
                        .hasRole(Role.OPERATING.name())
                        .anyRequest()
                        .permitAll())
                .requestCache(cache -> cache.disable())
                .exceptionHandling(failures -> failures.authenticationEntryPoint((_, response, _) -> unknown(response))
                        .accessDeniedHandler((_, response, denied) -> denied(response, denied)))
                .logout(logout -> logout.logoutUrl(API + "/logout")
                        .logoutSuccessHandler((_, response, _) -> response.setStatus(204)));
        if (properties.open()) {
            http.anonymous(all -> all.principal(EVERYBODY).authorities("ROLE_" + Role.OPERATING.name()));
        } else {
            http.formLogin(login -> login.loginPage(ConsoleManagement.PATH + "/")
                    .loginProcessingUrl(API + "/login")
                    .successHandler((_, response, _) -> response.setStatus(204))
                    .failureHandler((_, response, _) -> problem(
                            response,
                            HttpStatus.UNAUTHORIZED,
                            "wrong-login",
                            "The login is wrong",
                            "No user has this name and this password.")));
        }
        return http.build();
    }

    @Bean
    UserDetailsService consoleUsers() {
        List<UserDetails> users = properties.users().entrySet().stream()
                .map(user -> User.withUsername(user.getKey())
                        .password(user.getValue().password())
                        .roles(user.getValue().role().name())
                        .build())
                .toList();
        return new InMemoryUserDetailsManager(users);
    }

    @Bean
    HttpFirewall consoleFirewall() {
        var firewall = new StrictHttpFirewall();
        if (properties.open()) {
            firewall.setAllowedHostnames(host -> OWN_NAME.matcher(host).matches());
        }
        return firewall;
    }

    private void unknown(HttpServletResponse response) throws IOException {
        if (!properties.open() && properties.users().isEmpty()) {
            problem(
                    response,
                    HttpStatus.FORBIDDEN,
                    "console-closed",
                    "Nobody may use the console",
                    "Nobody may log in here: tidemark.console.users is not set.");
        } else {
            problem(
                    response,
                    HttpStatus.UNAUTHORIZED,
                    "login-needed",
                    "The console needs a login",
                    "You are not logged in, or were not active for too long.");
        }
    }

    private void denied(HttpServletResponse response, AccessDeniedException denied) throws IOException {
        if (denied instanceof CsrfException) {
            problem(
                    response,
                    HttpStatus.FORBIDDEN,
                    "forged-request",
                    "The request is not the console's",
                    "The field " + CSRF_HEADER + " must repeat the cookie " + CSRF_COOKIE + "; nothing was done.");
        } else {
            problem(
                    response,
                    HttpStatus.FORBIDDEN,
                    "not-operating",
                    "You may only look",
                    "This needs the role operating; nothing was done.");
        }
    }

    private void problem(HttpServletResponse response, HttpStatus status, String name, String title, String detail)
            throws IOException {
        response.setStatus(status.value());
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.getOutputStream().write(json.writeValueAsBytes(Problems.of(status, name, title, detail)));
    }
}
